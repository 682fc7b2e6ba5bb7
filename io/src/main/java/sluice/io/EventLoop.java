package sluice.io;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * One thread that waits for sockets and moves their bytes: the contract of every I/O model. The
 * operations on one connection are in {@link Transport}. Methods are called on the loop's thread,
 * unless they say otherwise.
 */
public interface EventLoop {
    /** The I/O model of this loop, and the chosen copy path. */
    Cell cell();

    /** Timers, buffers and counters for the connections of this loop. */
    LoopResources resources();

    /** The I/O model of this loop. */
    default Model model() {
        return cell().model();
    }

    /** The copy path of this loop. */
    default CopyMode copy() {
        return cell().effectiveCopy();
    }

    /** Nanoseconds on a monotonic clock, sampled once per turn. */
    default long now() {
        return resources().now();
    }

    /**
     * Whether this thread receives and sends the bytes of its connections and does nothing else, so
     * that its CPU time is what they cost.
     */
    default boolean movesTheBytes() {
        return model().callsOnItsThread();
    }

    /** Whether code on this thread may block without delaying other connections. */
    default boolean mayBlock() {
        return false;
    }

    /**
     * Runs a task on the loop's thread soon; on a loop whose thread waits for its only peer, after
     * that wait. Any thread may call.
     *
     * @return false if the loop has ended: the task will not run
     */
    boolean post(Runnable task);

    /**
     * Whether a posted task runs soon even while a connection waits for bytes. Else the loop's
     * thread waits for its only peer, and the task runs after that wait.
     */
    default boolean interruptsWaits() {
        return true;
    }

    /**
     * Runs {@code work}, which may block, on another thread; then, even if it failed, runs {@code
     * then} on the loop's thread. A loop whose thread may block can run the work itself, unless it
     * is {@link Work#LONG}.
     */
    void offload(Work kind, Runnable work, Runnable then);

    /** The same for {@link Work#QUICK} work. */
    default void offload(Runnable work, Runnable then) {
        offload(Work.QUICK, work, then);
    }

    /**
     * Starts a connect; the loop then calls {@link Protocol#opened} or {@link Protocol#closed}.
     *
     * @throws IOException if no socket can be created
     */
    void connect(InetSocketAddress address, Protocol protocol) throws IOException;

    /** A connection of this loop has ended, and none of its operations is pending. */
    default void collected(Connection connection) {}
}
