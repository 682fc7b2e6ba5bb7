package sluice.io;

import sluice.linux.Kernel;

import java.util.concurrent.atomic.AtomicInteger;

/** Single loops for tests that have no use for a whole server. */
final class Loops {
    private Loops() {}

    static LoopSettings settings(Service service, Cell cell, Kernel kernel) {
        return new LoopSettings(
                service,
                TestServer.LIMITS,
                Runnable::run,
                System::nanoTime,
                new AtomicInteger(),
                Backends.of(cell, kernel),
                IdlePolicy.PARK);
    }
}
