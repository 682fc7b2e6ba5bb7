package sluice.server.http2;

/** How often a peer may do something: a number at once, and then so many per second. */
final class Allowance {
    private static final long SECOND = 1_000_000_000;

    private final long cost;
    private final long most;
    private long left;
    private long at;

    /**
     * @param most at once
     * @param perSecond what comes back
     */
    Allowance(int most, int perSecond, long now) {
        cost = SECOND / perSecond;
        this.most = most * cost;
        left = this.most;
        at = now;
    }

    /** Uses one; false if there is none left. */
    boolean spend(long now) {
        left = Math.min(most, left + (now - at));
        at = now;
        left -= cost;
        return left >= 0;
    }

    /** Gives some back, for what the peer got done. */
    void earn(int count) {
        left = Math.min(most, left + count * cost);
    }
}
