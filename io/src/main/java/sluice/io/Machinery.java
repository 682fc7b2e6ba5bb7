package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.OptionalInt;

/**
 * Settings of the I/O of a server: model, copy path, reactor design and number of threads.
 *
 * @param cell I/O model and copy path
 * @param reactor how connections are distributed over loops
 * @param loops sub-loops of {@link Reactor#MAIN_SUB}, loops of {@link Reactor#REUSE_PORT}, workers
 *     of {@link Reactor#WORKERS}; empty means the default of the reactor design
 * @param idle what model {@link Model#NONBLOCKING} does while no socket is ready
 * @param copying options of the copy path
 */
public record Machinery(
        Cell cell, Reactor reactor, OptionalInt loops, IdlePolicy idle, CopyOptions copying) {
    /** Each loop is a thread with its own buffers, and no machine has more processors. */
    public static final int LOOPS_MAX = 1_024;

    /**
     * @throws IllegalArgumentException if the number of loops is out of bounds
     */
    public Machinery {
        loops.ifPresent(count -> Bounds.require("loops", count, 1, LOOPS_MAX));
    }

    /** The defaults: the best model of this machine, and a loop per processor. */
    public static Machinery defaults() {
        return new Machinery(
                new Cell(Model.best(), CopyMode.AUTO),
                Reactor.MAIN_SUB,
                OptionalInt.empty(),
                IdlePolicy.PARK,
                CopyOptions.defaults());
    }

    /** A copy with another model and copy path. */
    public Machinery withCell(Cell chosen) {
        return new Machinery(chosen, reactor, loops, idle, copying);
    }

    /** A copy with another model. */
    public Machinery withModel(Model chosen) {
        return withCell(new Cell(chosen, cell.copy()));
    }

    /** A copy with another copy path. */
    public Machinery withCopy(CopyMode chosen) {
        return withCell(new Cell(cell.model(), chosen));
    }

    /** A copy with another reactor design. */
    public Machinery withReactor(Reactor chosen) {
        return new Machinery(cell, chosen, loops, idle, copying);
    }

    /**
     * A copy with another number of loops or workers.
     *
     * @throws IllegalArgumentException if it is less than 1 or more than {@link #LOOPS_MAX}
     */
    public Machinery withLoops(int count) {
        return new Machinery(cell, reactor, OptionalInt.of(count), idle, copying);
    }

    /** A copy with another idle policy. */
    public Machinery withIdle(IdlePolicy policy) {
        return new Machinery(cell, reactor, loops, policy, copying);
    }

    /** A copy with other options of the copy path. */
    public Machinery withCopying(CopyOptions settings) {
        return new Machinery(cell, reactor, loops, idle, settings);
    }

    /** The number of loops or workers. */
    public int loopCount() {
        return loops.orElseGet(reactor::defaultLoops);
    }

    /** Why this machine cannot run these settings, and what to do; null if it can. */
    public @Nullable String refusal() {
        String refusal = cell.refusal();
        return refusal == null ? reactor.refusal(cell) : refusal;
    }
}
