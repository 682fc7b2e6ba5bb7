package sluice.io;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * One thread that waits for sockets and moves their bytes: the contract every I/O model fulfils.
 * Verbs on a single connection are in {@link Transport}. Unless said otherwise, methods are called
 * on the loop's own thread.
 */
public interface EventLoop {
    /** The I/O model that this loop is, and the copy path that was asked for with it. */
    Cell cell();

    /** What this loop keeps for its connections: timers, buffers, counters. */
    LoopResources resources();

    /** The I/O model that this loop is. */
    default Model model() {
        return cell().model();
    }

    /** The way files travel on this loop. */
    default Copy copy() {
        return cell().effectiveCopy();
    }

    /** Nanoseconds on a clock that only grows, sampled once per turn. */
    default long now() {
        return resources().now();
    }

    /** Whether code on this thread may block without stopping anybody else. */
    default boolean mayBlock() {
        return false;
    }

    /**
     * Runs a task on the loop's thread: soon, or, on a loop whose thread waits for its one peer,
     * when that wait has ended. Any thread.
     *
     * @return false when the loop has ended: the task will not run
     */
    boolean post(Runnable task);

    /**
     * Runs {@code work}, which may block, away from the loop, and then, whatever came of it, {@code
     * then} on the loop's thread.
     */
    void offload(Runnable work, Runnable then);

    /**
     * Begins a connection; the outcome is {@link Protocol#opened} or {@link Protocol#closed}.
     *
     * @throws IOException if no socket can be had
     */
    void connect(InetSocketAddress address, Protocol protocol) throws IOException;

    /** A connection of this loop is over, and nothing it asked for is outstanding. */
    default void collected(Connection connection) {}
}
