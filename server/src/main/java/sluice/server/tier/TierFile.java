package sluice.server.tier;

import org.jspecify.annotations.Nullable;

import sluice.io.LinuxFile;
import sluice.io.Residency;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.WriteCalls;
import sluice.server.ObjectHead;
import sluice.server.Tier;

import java.io.IOException;

/**
 * One version of an object: a sparse file of its size, of which some blocks are here. Its octets
 * are those of this version for ever; what changes is only which of them are here. Any thread.
 *
 * <p>Locks: that of {@link Budget} before that of {@link Fills}, and that before the file's own.
 */
final class TierFile implements Residency {
    private static final long PAGE = 4_096;

    private final TierStore store;
    private final int id;
    private final String key;
    private final String name;
    private final ObjectHead head;
    private final Blocks blocks;
    private final int[] sums;
    private final Fills fills;

    private volatile boolean current = true;
    /** Whether somebody has asked for it, and whether somebody has done so again. */
    private volatile boolean wanted;

    private volatile boolean again;
    private volatile long checkedMillis;
    private volatile long freshUntil = System.nanoTime();
    private volatile int descriptor = -1;
    /** Blocks that take room. Guarded by this object, as is what follows. */
    private int held;

    private int uses;
    /** Whether the journal tells of this version. */
    private boolean told;

    TierFile(TierStore store, int id, String key, String name, ObjectHead head) {
        this.store = store;
        this.id = id;
        this.key = key;
        this.name = name;
        this.head = head;
        int count = (int) ((head.size() + Tier.BLOCK - 1) / Tier.BLOCK);
        blocks = new Blocks(count);
        sums = new int[count];
        fills = new Fills(store, this, blocks);
    }

    int id() {
        return id;
    }

    String key() {
        return key;
    }

    String name() {
        return name;
    }

    ObjectHead head() {
        return head;
    }

    long start(int block) {
        return (long) block * Tier.BLOCK;
    }

    long end(int block) {
        return Math.min(head.size(), start(block) + Tier.BLOCK);
    }

    /** Octets that a block takes on the disk. */
    long room(int block) {
        return (end(block) - start(block) + PAGE - 1) / PAGE * PAGE;
    }

    int sum(int block) {
        return sums[block];
    }

    boolean isUnproved(int block) {
        return blocks.isUnproved(block);
    }

    /** Opens the file once more; null if that would block and may not. */
    @Nullable
    LinuxFile open(boolean mayBlock) throws IOException {
        if (!acquire(mayBlock)) {
            return null;
        }
        again = wanted;
        wanted = true;
        return new LinuxFile(descriptor(), Kernel.LINUX, this);
    }

    /** Of the open file. */
    int descriptor() {
        return descriptor;
    }

    /** A loop takes the lock only of an open file, where nobody waits for a disk under it. */
    private boolean acquire(boolean mayBlock) throws IOException {
        if (!mayBlock && descriptor < 0) {
            return false;
        }
        synchronized (this) {
            if (descriptor < 0) {
                if (!mayBlock) {
                    return false;
                }
                descriptor = store.open(name, head.size());
            }
            uses++;
            return true;
        }
    }

    @Override
    public void release() {
        boolean over;
        synchronized (this) {
            uses--;
            over = uses == 0;
            if (over) {
                FileCalls.close(descriptor);
                descriptor = -1;
            }
        }
        if (over && !current) {
            drop();
        }
    }

    /** The store has another version: this one is sent to its end, and given to nobody else. */
    void replaced() {
        current = false;
        boolean idle;
        synchronized (this) {
            idle = uses == 0;
        }
        if (idle) {
            drop();
        }
    }

    /** The store was asked; it is believed until this time of {@link System#nanoTime}. */
    void freshUntil(long nanos) {
        freshUntil = nanos;
    }

    @Override
    public boolean isStale() {
        return System.nanoTime() - freshUntil > 0;
    }

    @Override
    public boolean isCurrent() {
        return current;
    }

    /** Gives up all blocks. */
    private void drop() {
        for (int i = 0; i < blocks.count(); i++) {
            if (blocks.isHeld(i)) {
                takeAway(i);
            }
        }
        forget();
    }

    /** Lets the version be forgotten; false if something of it is here or in use. */
    boolean forget() {
        synchronized (this) {
            if (held > 0 || uses > 0) {
                return false;
            }
        }
        store.forget(this);
        return true;
    }

    @Override
    public long pin(long from, long to) {
        if (from >= head.size()) {
            return to;
        }
        long until = Math.min(to, head.size());
        long at = from;
        while (at < until) {
            int block = (int) (at / Tier.BLOCK);
            long most = Math.min(until, end(block));
            long here = pinBlock(block, at, most);
            at = here;
            if (here < most) {
                break;
            }
        }
        return at;
    }

    private long pinBlock(int block, long at, long most) {
        if (!blocks.pin(block, again)) {
            return at;
        }
        long here = blocks.isHere(block) ? end(block) : fills.here(block);
        if (here <= at) {
            blocks.unpin(block);
            return at;
        }
        return Math.min(most, here);
    }

    @Override
    public void unpin(long from, long to) {
        long until = Math.min(to, head.size());
        for (long at = from; at < until; at = end((int) (at / Tier.BLOCK))) {
            blocks.unpin((int) (at / Tier.BLOCK));
        }
    }

    @Override
    public long missing(long from, long to) {
        long sum = 0;
        for (long at = from; at < to; ) {
            int block = (int) (at / Tier.BLOCK);
            long next = Math.min(to, end(block));
            sum += blocks.isHere(block) ? 0 : next - at;
            at = next;
        }
        return sum;
    }

    @Override
    public void fetch(long from, long to, Fetched then) {
        fills.fetch(from, to, then);
    }

    /** Opens the file for a fetch, which closes it by {@link #release}. */
    void acquire() throws IOException {
        acquire(true);
    }

    void partial(int block) {
        if (!blocks.isHeld(block)) {
            synchronized (this) {
                held++;
            }
        }
        blocks.partial(block);
    }

    /** A block has come. */
    void whole(int block, int sum) {
        sums[block] = sum;
        tellVersion();
        store.journal().block(id, block, sum);
        store.dirty(this);
    }

    /** A block that was to come takes no room any more. */
    synchronized void emptied() {
        held--;
    }

    // For the journal

    /** A version is told of when something of it is here for the first time. */
    private synchronized void tellVersion() {
        if (!told) {
            told = true;
            store.journal().version(this, checkedMillis);
        }
    }

    /** An earlier process has left a block. */
    void found(int block, int sum) {
        sums[block] = sum;
        blocks.unproved(block);
        held++;
    }

    int count() {
        return blocks.count();
    }

    /** When the store last said that this is the object; milliseconds since 1970. */
    long checkedMillis() {
        return checkedMillis;
    }

    void checked(long millis) {
        checkedMillis = millis;
    }

    /** Writes down what is here, for another journal. */
    void tell(Journal fresh) {
        told = true;
        fresh.version(this, checkedMillis);
        for (int i = 0; i < blocks.count(); i++) {
            if (blocks.isHere(i) || blocks.isUnproved(i)) {
                fresh.block(id, i, sums[i]);
            }
        }
    }

    /** Takes off the disk what a process has left that broke off; at the start. */
    void punchGaps() throws IOException {
        acquire(true);
        try {
            for (int i = 0; i < blocks.count(); i++) {
                if (!blocks.isHeld(i)) {
                    WriteCalls.punchHole(descriptor, start(i), room(i));
                }
            }
        } finally {
            release();
        }
    }

    /** Writes to the disk what is in memory; false if that fails. */
    boolean sync() {
        try {
            acquire(true);
        } catch (IOException e) {
            return false;
        }
        try {
            return WriteCalls.fsync(descriptor) == 0;
        } finally {
            release();
        }
    }

    /** What became of a block that was to go. */
    enum Evicted {
        EVICTED,
        STAYS,
        GONE
    }

    /** Takes a block off the disk, unless somebody uses it, or has lately. */
    Evicted evict(int block) {
        if (!blocks.isHeld(block)) {
            return Evicted.GONE;
        }
        if (again && blocks.takeUsed(block)) {
            return Evicted.STAYS;
        }
        return takeAway(block) ? Evicted.EVICTED : Evicted.STAYS;
    }

    private boolean takeAway(int block) {
        if (!blocks.leave(block)) {
            return false;
        }
        store.journal().gone(id, block);
        fills.forget(block);
        if (giveBack(block)) {
            store.budget().free(room(block));
        }
        blocks.left(block);
        return true;
    }

    /** Takes the octets off the disk: with the file, if nothing else is in it. */
    private boolean giveBack(int block) {
        int open;
        synchronized (this) {
            held--;
            if (held == 0 && uses == 0) {
                return store.remove(this);
            }
            try {
                acquire(true);
            } catch (IOException e) {
                store.tell(String.valueOf(e.getMessage()));
                return false;
            }
            open = descriptor;
        }
        try {
            return WriteCalls.punchHole(open, start(block), room(block)) == 0;
        } finally {
            release();
        }
    }
}
