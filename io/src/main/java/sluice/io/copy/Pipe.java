package sluice.io.copy;

import sluice.io.CopyState;

/** A pipe on loan to a connection while bytes are in it that its socket has not taken yet. */
final class Pipe implements CopyState {
    private final BoundedPool<Pipe> owner;
    private final int readEnd;
    private final int writeEnd;
    /** Bytes in it. */
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

    /** It is empty, and free for others. */
    void giveBack() {
        owner.give(this);
    }

    @Override
    public boolean reap() {
        return false;
    }

    /** What is in it will never leave: nobody else can use it. */
    @Override
    public void release() {
        owner.discard(this);
    }
}
