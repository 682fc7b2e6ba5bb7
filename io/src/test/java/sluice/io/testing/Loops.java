package sluice.io.testing;

import sluice.io.Cell;
import sluice.io.Machinery;
import sluice.io.Service;
import sluice.io.loop.LoopSettings;
import sluice.io.reactor.Backends;
import sluice.linux.Kernel;

import java.util.concurrent.atomic.AtomicInteger;

/** Single loops for tests that have no use for a whole server. */
public final class Loops {
    private Loops() {}

    public static LoopSettings settings(Service service, Cell cell, Kernel kernel) {
        return new LoopSettings(
                service,
                TestServer.LIMITS,
                (_, task) -> task.run(),
                System::nanoTime,
                new AtomicInteger(),
                Backends.of(Machinery.defaults().withCell(cell), kernel));
    }
}
