package sluice.server.tier;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The states of the blocks of one file, each in one word with the number of those who send from it.
 *
 * <pre>
 *   ABSENT --begin--> PARTIAL --complete--> HERE
 *     ^  ^               |                   |
 *     |  +--cancel-------+                   |
 *     +--evict, if nobody sends from it------+
 * </pre>
 *
 * A block that an earlier process has left is UNPROVED: it may be HERE, or not. Any thread.
 */
final class Blocks {
    private static final int PINS = (1 << 24) - 1;
    private static final int HERE = 1 << 24;
    private static final int PARTIAL = 1 << 25;
    private static final int UNPROVED = 1 << 26;
    private static final int USED = 1 << 27;
    /** A fetch works on it. */
    private static final int BUSY = 1 << 28;
    /** Its octets are being given back. */
    private static final int LEAVING = 1 << 29;

    private final AtomicIntegerArray states;

    Blocks(int count) {
        states = new AtomicIntegerArray(count);
    }

    int count() {
        return states.length();
    }

    boolean isHere(int block) {
        return (states.get(block) & HERE) != 0;
    }

    boolean isPartial(int block) {
        return (states.get(block) & PARTIAL) != 0;
    }

    boolean isUnproved(int block) {
        return (states.get(block) & UNPROVED) != 0;
    }

    /** Whether it takes room on the disk. */
    boolean isHeld(int block) {
        return (states.get(block) & (HERE | PARTIAL | UNPROVED)) != 0;
    }

    /** Keeps a block that is here, or partly; false for another. */
    boolean pin(int block, boolean marks) {
        while (true) {
            int state = states.get(block);
            if ((state & (HERE | PARTIAL)) == 0 || (state & LEAVING) != 0) {
                return false;
            }
            if (states.compareAndSet(block, state, state + 1 | (marks ? USED : 0))) {
                return true;
            }
        }
    }

    void unpin(int block) {
        states.decrementAndGet(block);
    }

    /** Begins a fetch; false if one works on the block, or it is here or leaving. */
    boolean begin(int block) {
        while (true) {
            int state = states.get(block);
            if ((state & (HERE | BUSY | LEAVING)) != 0) {
                return false;
            }
            if (states.compareAndSet(block, state, state | BUSY)) {
                return true;
            }
        }
    }

    /** The block has its room, and gets its octets. */
    void partial(int block) {
        states.updateAndGet(block, state -> state & ~UNPROVED | PARTIAL);
    }

    void complete(int block) {
        states.updateAndGet(block, state -> state & ~(PARTIAL | UNPROVED | BUSY) | HERE);
    }

    /** A fetch ended before its time: what it has brought stays. */
    void pause(int block) {
        states.updateAndGet(block, state -> state & ~BUSY);
    }

    /** The block of a fetch has lost its room. */
    void cancel(int block) {
        states.updateAndGet(block, state -> state & PINS);
    }

    void unproved(int block) {
        states.set(block, UNPROVED);
    }

    /** Whether the block was sent since the last call. */
    boolean takeUsed(int block) {
        int before = states.getAndUpdate(block, state -> state & ~USED);
        return (before & USED) != 0;
    }

    /** Takes a block from everybody; false while somebody sends from it or fetches it. */
    boolean leave(int block) {
        while (true) {
            int state = states.get(block);
            if ((state & (PINS | BUSY | LEAVING)) != 0
                    || (state & (HERE | PARTIAL | UNPROVED)) == 0) {
                return false;
            }
            if (states.compareAndSet(block, state, LEAVING)) {
                return true;
            }
        }
    }

    void left(int block) {
        states.set(block, 0);
    }
}
