package sluice.io;

/** What one connection may still send in a turn of its loop. */
public final class Quantum {
    /**
     * Bytes per turn. One fast client on loopback or a 100 Gbit/s card takes bytes as fast as they
     * are offered; everybody else waits for at most this many per client.
     */
    static final long BYTES = 1 << 20;

    /** The turn that {@link #sent} speaks of. */
    private long turn;

    private long sent;

    /** One of a connection that has sent nothing. */
    public Quantum() {}

    /** At least one byte, for a send is made. */
    public long left(long now) {
        if (turn != now) {
            turn = now;
            sent = 0;
        }
        return Math.max(1, BYTES - sent);
    }

    /** Takes note of a send's result. */
    public void sent(long result) {
        sent += Math.max(0, result);
    }

    public boolean isUsedUp() {
        return sent >= BYTES;
    }
}
