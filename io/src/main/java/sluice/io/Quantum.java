package sluice.io;

/** How much one connection may still send in a turn of its loop. */
public final class Quantum {
    /**
     * Bytes per turn. A fast client on loopback or a 100 Gbit/s card takes bytes as fast as the
     * loop sends them; the other connections wait for at most this many per client.
     */
    static final long BYTES = 1 << 20;

    /** The turn in which {@link #sent} was counted. */
    private long turn;

    private long sent;

    /** The quantum of a connection that has sent nothing. */
    public Quantum() {}

    /** At least one byte, because a send follows. */
    public long left(long now) {
        if (turn != now) {
            turn = now;
            sent = 0;
        }
        return Math.max(1, BYTES - sent);
    }

    /** Counts the result of a send. */
    public void sent(long result) {
        sent += Math.max(0, result);
    }

    public boolean isUsedUp() {
        return sent >= BYTES;
    }
}
