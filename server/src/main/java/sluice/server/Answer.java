package sluice.server;

import sluice.io.SendQueue;

/** An answer, produced as the connection has room for it. Loop thread only. */
sealed interface Answer
        permits WholeFile, PartOfFile, PartsOfFile, Message, Interim, ListingAnswer {
    /** Adds what the queue takes; true when nothing is left to add. */
    boolean produce(SendQueue queue, Exchange exchange);

    /** The number in its status line. */
    int status();

    /** Lets go of what it holds, produced or not. Called once. */
    void release();
}
