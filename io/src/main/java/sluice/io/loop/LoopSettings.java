package sluice.io.loop;

import sluice.io.Copying;
import sluice.io.IdlePolicy;
import sluice.io.Limits;
import sluice.io.LoopResources;
import sluice.io.Service;
import sluice.linux.Kernel;

import java.lang.foreign.Arena;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** What the loops of one server have in common. */
public record LoopSettings(
        Service service,
        Limits limits,
        Executor workers,
        LongSupplier clock,
        AtomicInteger population,
        Backend backend,
        Executor readers) {
    /** With cold files read by the workers. */
    public LoopSettings(
            Service service,
            Limits limits,
            Executor workers,
            LongSupplier clock,
            AtomicInteger population,
            Backend backend) {
        this(service, limits, workers, clock, population, backend, workers);
    }

    /** For a loop that has no connections of its own, and so asks the service for nothing. */
    public LoopSettings servingNobody() {
        Service none = loop -> () -> {
            throw new IllegalStateException("this loop serves nobody");
        };
        return serving(none);
    }

    /** The same for another service. */
    public LoopSettings serving(Service other) {
        return new LoopSettings(other, limits, workers, clock, population, backend, readers);
    }

    /** The system calls underneath. */
    public Kernel kernel() {
        return backend.kernel();
    }

    /** What a loop that never waits in the kernel does when nothing happens. */
    public IdlePolicy idle() {
        return backend.machinery().idle();
    }

    /** How files are copied, beyond the path itself. */
    public Copying copying() {
        return backend.machinery().copying();
    }

    LoopResources resources(Arena arena) {
        return new LoopResources(clock, arena, limits, population);
    }
}
