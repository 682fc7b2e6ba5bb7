package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.OptionalInt;

/**
 * What moves the bytes of a server: how its threads wait, how many there are and how files travel.
 *
 * @param cell how loops wait for sockets, and how files reach these
 * @param reactor how connections are spread over loops
 * @param loops sub-loops of {@link Reactor#MAIN_SUB}, loops of {@link Reactor#REUSE_PORT}, workers
 *     of {@link Reactor#WORKERS}; as many as suit the reactor if empty
 * @param idle what the model {@link Model#NONBLOCKING} does when nothing happens
 * @param copying how files are copied, beyond the path itself
 */
public record Machinery(
        Cell cell, Reactor reactor, OptionalInt loops, IdlePolicy idle, Copying copying) {
    /** Each is a thread with buffers of its own, and no machine has so many processors. */
    public static final int LOOPS_MAX = 1_024;

    /**
     * @throws IllegalArgumentException for a number of loops beyond the bounds
     */
    public Machinery {
        loops.ifPresent(count -> Bounds.require("loops", count, 1, LOOPS_MAX));
    }

    /** What suits most: the best model of this machine, and a loop for each of its processors. */
    public static Machinery defaults() {
        return new Machinery(
                new Cell(Model.best(), Copy.AUTO),
                Reactor.MAIN_SUB,
                OptionalInt.empty(),
                IdlePolicy.PARK,
                Copying.defaults());
    }

    /** The same, waiting and copying in another way. */
    public Machinery withCell(Cell chosen) {
        return new Machinery(chosen, reactor, loops, idle, copying);
    }

    /** The same, waiting in another way. */
    public Machinery withModel(Model chosen) {
        return withCell(new Cell(chosen, cell.copy()));
    }

    /** The same with another copy path. */
    public Machinery withCopy(Copy chosen) {
        return withCell(new Cell(cell.model(), chosen));
    }

    /** The same with another reactor. */
    public Machinery withReactor(Reactor chosen) {
        return new Machinery(cell, chosen, loops, idle, copying);
    }

    /**
     * The same with so many loops or workers.
     *
     * @throws IllegalArgumentException for less than one or more than {@link #LOOPS_MAX}
     */
    public Machinery withLoops(int count) {
        return new Machinery(cell, reactor, OptionalInt.of(count), idle, copying);
    }

    /** The same, doing something else when nothing happens. */
    public Machinery withIdle(IdlePolicy policy) {
        return new Machinery(cell, reactor, loops, policy, copying);
    }

    /** The same with another buffer or guard. */
    public Machinery withCopying(Copying settings) {
        return new Machinery(cell, reactor, loops, idle, settings);
    }

    /** How many loops or workers there are. */
    public int loopCount() {
        return loops.orElseGet(reactor::defaultLoops);
    }

    /** Why this machine cannot run it, and what to do; null when it can. */
    public @Nullable String refusal() {
        String refusal = cell.refusal();
        return refusal == null ? reactor.refusal(cell) : refusal;
    }
}
