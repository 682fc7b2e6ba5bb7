package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.SendQueue;

/** What the answer to one request must know of that request. Reused by its connection. */
final class Exchange {
    private final LoopSite site;
    /** A HEAD: everything but the body. */
    boolean headOnly;
    /** Whether the connection outlives the answer. */
    boolean keepAlive;
    /** Whether the client speaks HTTP/1.0, to which keep-alive must be said. */
    boolean http10;

    /** Follows what is sent, if anybody wants to know. */
    @Nullable
    ResponseTrace trace;

    Exchange(LoopSite site) {
        this.site = site;
    }

    /** The head of an answer is in the queue, and nothing yet of its body. */
    void headEnds(SendQueue queue) {
        if (trace != null) {
            trace.headEnds(queue);
        }
    }

    LoopSite site() {
        return site;
    }
}
