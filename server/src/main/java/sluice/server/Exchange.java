package sluice.server;

/** What the answer to one request must know of that request. Reused by its connection. */
final class Exchange {
    private final LoopSite site;
    /** A HEAD: everything but the body. */
    boolean headOnly;
    /** Whether the connection outlives the answer. */
    boolean keepAlive;
    /** Whether the client speaks HTTP/1.0, to which keep-alive must be said. */
    boolean http10;

    Exchange(LoopSite site) {
        this.site = site;
    }

    LoopSite site() {
        return site;
    }
}
