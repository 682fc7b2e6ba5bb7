package sluice.io.loop;

import sluice.io.Counter;

import java.net.InetSocketAddress;

/** Loops at work: started when made. Any thread. */
public interface Arrangement {
    /** Where it listens. */
    InetSocketAddress address();

    /** Takes what waits in the listen queue as far as the model can, then closes the listener. */
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
