package sluice.io;

import java.lang.foreign.Arena;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** What the loops of one server have in common. */
record LoopSettings(
        Service service,
        Limits limits,
        Executor workers,
        LongSupplier clock,
        AtomicInteger population) {
    LoopResources resources(Arena arena) {
        return new LoopResources(clock, arena, limits, population);
    }
}
