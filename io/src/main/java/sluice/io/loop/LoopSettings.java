package sluice.io.loop;

import sluice.io.Copying;
import sluice.io.EventLoop;
import sluice.io.IdlePolicy;
import sluice.io.Limits;
import sluice.io.LoopResources;
import sluice.io.Protocol;
import sluice.io.Service;
import sluice.linux.Kernel;

import java.lang.foreign.Arena;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the loops of one server have in common.
 *
 * @param services one for each listener: a connection has that of the listener it came to
 */
public record LoopSettings(
        List<Service> services,
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
        this(List.of(service), limits, workers, clock, population, backend, workers);
    }

    /** For a loop that has no connections of its own, and so asks the service for nothing. */
    public LoopSettings servingNobody() {
        return serving(List.of());
    }

    /** The same for other services. */
    public LoopSettings serving(List<Service> others) {
        return new LoopSettings(others, limits, workers, clock, population, backend, readers);
    }

    /** Makers of protocols, one for each listener; a service of several is asked once. */
    public List<Supplier<Protocol>> protocols(EventLoop loop) {
        Map<Service, Supplier<Protocol>> asked = new IdentityHashMap<>();
        return services.stream()
                .map(service -> asked.computeIfAbsent(service, one -> one.on(loop)))
                .toList();
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
