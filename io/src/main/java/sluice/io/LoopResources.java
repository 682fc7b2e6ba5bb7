package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.ErrorQueue;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Resources of one loop for its connections. Loop thread only, except reading counters. */
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
    /** Runs when a connection has ended. */
    private final Runnable departure;

    private final IdleConnections idle = new IdleConnections();
    private @Nullable Block joining;
    private long now;

    public LoopResources(LongSupplier clock, Arena arena, Limits limits, AtomicInteger population) {
        this(clock, arena, limits, population, () -> {});
    }

    /** Resources of a loop that tells when one of its connections has ended. */
    public LoopResources(
            LongSupplier clock,
            Arena arena,
            Limits limits,
            AtomicInteger population,
            Runnable departure) {
        this(
                clock,
                arena,
                limits,
                population,
                departure,
                new Counters(),
                new Pool<>(limits.buffersPerLoop(), () -> new Block(arena)),
                new Pool<>(limits.buffersPerLoop(), () -> new SendQueue(new Block(arena))));
    }

    private LoopResources(
            LongSupplier clock,
            Arena arena,
            Limits limits,
            AtomicInteger population,
            Runnable departure,
            Counters counters,
            Pool<Block> blocks,
            Pool<SendQueue> queues) {
        this.clock = clock;
        this.arena = arena;
        this.limits = limits;
        this.population = population;
        this.departure = departure;
        this.counters = counters;
        this.blocks = blocks;
        this.queues = queues;
        now = clock.getAsLong();
        timers = new Timers(now);
    }

    /** The loop's memory: freed when no other thread can still use an address of it. */
    public Arena arena() {
        return arena;
    }

    /** For loops that create a {@link #sibling} per thread; the arena must be shared, too. */
    public static LoopResources shared(
            LongSupplier clock,
            Arena arena,
            Limits limits,
            AtomicInteger population,
            Runnable departure) {
        int most = limits.buffersPerLoop();
        return new LoopResources(
                clock,
                arena,
                limits,
                population,
                departure,
                Counters.shared(),
                Pool.shared(most, () -> new Block(arena)),
                Pool.shared(most, () -> new SendQueue(new Block(arena))));
    }

    /** Resources with new timers and counters, and the buffers of these. */
    public LoopResources sibling() {
        return new LoopResources(
                clock, arena, limits, population, departure, new Counters(), blocks, queues);
    }

    /** A pool with a block per connection, for engines that need a buffer to wait for bytes. */
    public Pool<Block> receiveBuffers() {
        return new Pool<>(limits.connections(), () -> newBlock(Block.RECEIVE_SIZE));
    }

    /** A pool of as many objects as there are buffers. */
    public <T> Pool<T> pool(Supplier<T> maker) {
        return new Pool<>(limits.buffersPerLoop(), maker);
    }

    public Block newBlock() {
        return new Block(arena);
    }

    /** A block of another size. */
    public Block newBlock(int size) {
        return new Block(arena, size);
    }

    /** Where chunks are joined for a send. A loop per connection would not free it: not for one. */
    Block joining() {
        if (joining == null) {
            joining = newBlock(Joint.SIZE);
        }
        return joining;
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

    /** Blocks for received bytes that cannot be used yet. */
    public Pool<Block> blocks() {
        return blocks;
    }

    /** Queues for output, each with a block. */
    public Pool<SendQueue> queues() {
        return queues;
    }

    /** Timers that run on the loop's thread; a blocking loop does not run them. */
    public Timers timers() {
        return timers;
    }

    /** Counters of this loop. */
    public Counters counters() {
        return counters;
    }

    /** The connections that could make room for others. */
    public IdleConnections idle() {
        return idle;
    }

    /** A connection has ended, and its descriptor is free. */
    void departed() {
        population.decrementAndGet();
        departure.run();
    }

    /** Open connections of all loops. */
    public AtomicInteger population() {
        return population;
    }
}
