package sluice.io.loop;

import sluice.io.CopyOptions;
import sluice.io.EventLoop;
import sluice.io.IdlePolicy;
import sluice.io.Limits;
import sluice.io.LoopResources;
import sluice.io.Protocol;
import sluice.io.Service;
import sluice.io.Work;
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
 * Settings that the loops of one server share.
 *
 * @param services one per listener, for its connections
 * @param rooms asked when there are too many connections; they tell it when they end
 */
public record LoopSettings(
        List<Service> services,
        Limits limits,
        Workers workers,
        LongSupplier clock,
        AtomicInteger population,
        Backend backend,
        Executor readers,
        RoomMaker rooms) {
    /** Settings whose workers read cold files, too. */
    public LoopSettings(
            Service service,
            Limits limits,
            Workers workers,
            LongSupplier clock,
            AtomicInteger population,
            Backend backend) {
        this(
                List.of(service),
                limits,
                workers,
                clock,
                population,
                backend,
                task -> workers.execute(Work.QUICK, task),
                new RoomMaker(clock));
    }

    /** A copy for a loop without connections, which never uses a service. */
    public LoopSettings servingNobody() {
        return serving(List.of());
    }

    /** A copy with other services. */
    public LoopSettings serving(List<Service> others) {
        return new LoopSettings(
                others, limits, workers, clock, population, backend, readers, rooms);
    }

    /** Suppliers of protocols, one per listener; calls a service of several listeners once. */
    public List<Supplier<Protocol>> protocols(EventLoop loop) {
        Map<Service, Supplier<Protocol>> asked = new IdentityHashMap<>();
        return services.stream()
                .map(service -> asked.computeIfAbsent(service, one -> one.on(loop)))
                .toList();
    }

    /** The system calls to use. */
    public Kernel kernel() {
        return backend.kernel();
    }

    /** What a loop that never waits in the kernel does while no socket is ready. */
    public IdlePolicy idle() {
        return backend.machinery().idle();
    }

    /** Options of the copy path. */
    public CopyOptions copying() {
        return backend.machinery().copying();
    }

    LoopResources resources(Arena arena) {
        return resources(arena, limits);
    }

    /** Resources for the connections of one loop, with other limits. */
    public LoopResources resources(Arena arena, Limits bounds) {
        return new LoopResources(clock, arena, bounds, population, rooms::left);
    }
}
