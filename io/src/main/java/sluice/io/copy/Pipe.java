package sluice.io.copy;

import sluice.io.PendingCopy;

/** A pipe, in use by a connection while it has bytes that the socket has not taken yet. */
final class Pipe implements PendingCopy {
    private final BoundedPool<Pipe> owner;
    private final int readEnd;
    private final int writeEnd;
    /** Bytes in the pipe. */
    private long filled;

    Pipe(BoundedPool<Pipe> owner, int readEnd, int writeEnd) {
        this.owner = owner;
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    int readEnd() {
        return readEnd;
    }

    int writeEnd() {
        return writeEnd;
    }

    long filled() {
        return filled;
    }

    void add(long bytes) {
        filled += bytes;
    }

    /** Returns the empty pipe to the pool. */
    void giveBack() {
        owner.give(this);
    }

    @Override
    public boolean reap() {
        return false;
    }

    /** Discards the pipe with its bytes: no other connection can use it. */
    @Override
    public void release() {
        owner.discard(this);
    }
}
