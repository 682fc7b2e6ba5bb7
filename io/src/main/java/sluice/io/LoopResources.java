package sluice.io;

import sluice.linux.ErrorQueue;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What one loop keeps for its connections. Loop thread only, but for reading counters. */
public final class LoopResources {
    /** The clock, nanoseconds. */
    private final LongSupplier clock;

    private final Arena arena;
    private final Limits limits;
    private final Pool<Block> blocks;
    private final Pool<SendQueue> queues;
    private final Timers timers;
    private final Counters counters;
    private final AtomicInteger population;
    private long now;

    public LoopResources(LongSupplier clock, Arena arena, Limits limits, AtomicInteger population) {
        this(
                clock,
                arena,
                limits,
                population,
                new Counters(),
                new Pool<>(limits.buffersPerLoop(), () -> new Block(arena)),
                new Pool<>(limits.buffersPerLoop(), () -> new SendQueue(new Block(arena))));
    }

    private LoopResources(
            LongSupplier clock,
            Arena arena,
            Limits limits,
            AtomicInteger population,
            Counters counters,
            Pool<Block> blocks,
            Pool<SendQueue> queues) {
        this.clock = clock;
        this.arena = arena;
        this.limits = limits;
        this.population = population;
        this.counters = counters;
        this.blocks = blocks;
        this.queues = queues;
        now = clock.getAsLong();
        timers = new Timers(now);
    }

    /** The loop's memory: freed when no other thread can have an address of it any more. */
    public Arena arena() {
        return arena;
    }

    /** Of which any number of {@link #sibling}s on any threads can be made; the arena is, too. */
    public static LoopResources shared(
            LongSupplier clock, Arena arena, Limits limits, AtomicInteger population) {
        int most = limits.buffersPerLoop();
        return new LoopResources(
                clock,
                arena,
                limits,
                population,
                Counters.shared(),
                Pool.shared(most, () -> new Block(arena)),
                Pool.shared(most, () -> new SendQueue(new Block(arena))));
    }

    /** Timers and counters of its own, and the buffers of these. */
    public LoopResources sibling() {
        return new LoopResources(clock, arena, limits, population, new Counters(), blocks, queues);
    }

    /** One block for each connection, for engines that cannot wait for bytes without one. */
    public Pool<Block> receiveBuffers() {
        return new Pool<>(limits.connections(), () -> newBlock(Block.RECEIVE_SIZE));
    }

    /** As many of something as there are buffers. */
    public <T> Pool<T> pool(Supplier<T> maker) {
        return new Pool<>(limits.buffersPerLoop(), maker);
    }

    public Block newBlock() {
        return new Block(arena);
    }

    /** A block of another size than usual. */
    public Block newBlock(int size) {
        return new Block(arena, size);
    }

    public ErrorQueue errorQueue() {
        return new ErrorQueue(arena);
    }

    /** Samples the clock; once per turn. */
    public long sample() {
        now = clock.getAsLong();
        return now;
    }

    public long now() {
        return now;
    }

    public Limits limits() {
        return limits;
    }

    /** Blocks for bytes that arrived and cannot be used yet. */
    public Pool<Block> blocks() {
        return blocks;
    }

    /** Queues, each with a block, for what is being sent. */
    public Pool<SendQueue> queues() {
        return queues;
    }

    /** Timers that run on the loop's thread; on a loop that blocks nothing runs them. */
    public Timers timers() {
        return timers;
    }

    /** Counters of this loop. */
    public Counters counters() {
        return counters;
    }

    /** Connections open on all loops together. */
    public AtomicInteger population() {
        return population;
    }
}
