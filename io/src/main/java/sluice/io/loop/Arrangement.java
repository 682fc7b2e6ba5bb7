package sluice.io.loop;

import sluice.io.Counter;

import java.net.InetSocketAddress;
import java.util.List;

/** Loops at work: started when made. Any thread. */
public interface Arrangement {
    /** Where it listens, in the order asked for, with the ports that were chosen. */
    List<InetSocketAddress> addresses();

    /** Takes what waits in the listen queue as far as the model can, then closes the listeners. */
    void stopAccepting() throws InterruptedException;

    /** Tells every connection to finish what it has begun. */
    void drain();

    /** Tears what is left and ends all threads. */
    void stop() throws InterruptedException;

    /** Frees memory, after {@link #stop} and when no worker can have an address of it any more. */
    void release();

    /** The sum of a counter over all loops, those that ended included. */
    long count(Counter counter);

    /** Threads that wait for sockets, for reports. */
    String threads();
}
