package sluice.io.loop;

import sluice.io.Counter;
import sluice.io.LoopState;

import java.net.SocketAddress;
import java.util.List;

/** The running loops of a server; they start when this is created. Any thread. */
public interface Arrangement {
    /** The addresses it listens on, in the given order, with actual ports. */
    List<SocketAddress> addresses();

    /** See {@link sluice.io.Reactors#handOver}. */
    default List<Integer> handOver() {
        return List.of();
    }

    /** Accepts what waits in the listen queues if the model can, then closes the listeners. */
    void stopAccepting() throws InterruptedException;

    /** Tells every connection to finish what it has started. */
    void drain();

    /** Resets the remaining connections and ends all threads. */
    void stop() throws InterruptedException;

    /** Frees memory; called after {@link #stop}, when no worker can still use an address of it. */
    void release();

    /** The sum of a counter over all loops, including those that ended. */
    long count(Counter counter);

    /** Its loops and workers, for the user; none if each connection has a thread of its own. */
    List<LoopState> states();

    /** The threads that wait for sockets, for the user. */
    String threads();
}
