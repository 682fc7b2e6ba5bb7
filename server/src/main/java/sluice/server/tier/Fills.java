package sluice.server.tier;

import org.jspecify.annotations.Nullable;

import sluice.io.Residency;
import sluice.server.Tier;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fetches of one file: those that run, and those that broke off. Any thread. */
final class Fills {
    /** Fetches ahead of a client that reads on; 32 MiB. */
    private static final int AHEAD_MOST = 8;

    private final TierStore store;
    private final TierFile file;
    private final Blocks blocks;
    /** By block. Its lock is that of this object, as of what follows. */
    private final Map<Integer, Fill> fills = new HashMap<>(1);
    /** The last block that somebody waited for, and how many before it in a row. */
    private int last = -2;

    private int row;

    Fills(TierStore store, TierFile file, Blocks blocks) {
        this.store = store;
        this.file = file;
        this.blocks = blocks;
    }

    /** The end of what is here of a block that is not whole; its start if nothing is. */
    synchronized long here(int block) {
        Fill fill = fills.get(block);
        if (fill != null) {
            return fill.here();
        }
        return blocks.isHere(block) ? file.end(block) : file.start(block);
    }

    /** See {@link Residency#fetch}. */
    void fetch(long from, long to, Residency.Fetched then) {
        int block = (int) (from / Tier.BLOCK);
        want(block, from, then);
        int ahead = ahead(block);
        int end = (int) ((Math.min(to, file.head().size()) - 1) / Tier.BLOCK);
        for (int next = block + 1; next <= Math.min(end, block + ahead); next++) {
            want(next, file.start(next), null);
        }
    }

    /** How many blocks to fetch ahead: more the longer somebody has read on. */
    private synchronized int ahead(int block) {
        boolean goesOn = block > last && block <= last + 1 + AHEAD_MOST;
        if (block != last) {
            row = goesOn ? Math.min(row + 1, AHEAD_MOST) : 0;
        }
        last = block;
        return Math.min(1 << Math.min(row, Integer.SIZE - 2), AHEAD_MOST);
    }

    /** Has a block fetched, if nobody has; a waiter is told when its octet is here. */
    private void want(int block, long offset, Residency.@Nullable Fetched then) {
        boolean begins;
        boolean waits;
        synchronized (this) {
            begins = blocks.begin(block);
            Fill fill = begins
                    ? fills.computeIfAbsent(block, absent -> new Fill(store, file, this, absent))
                    : fills.get(block);
            waits = then != null && fill != null && fill.await(offset, then);
            if (begins && fill != null) {
                Thread.ofVirtual().name("sluice-fetch").start(fill);
            }
        }
        if (then == null || waits) {
            return;
        }
        if (begins || blocks.isPartial(block) || blocks.isHere(block)) {
            then.ended(true);
        } else {
            // It is leaving at this moment.
            Thread.ofVirtual().start(() -> {
                Thread.yield();
                want(block, offset, then);
            });
        }
    }

    /**
     * A fetch has ended.
     *
     * @param whole whether the block is here
     * @param vain whether its room was reserved, and nothing is in it
     */
    void ended(Fill fill, boolean whole, boolean vain) {
        int block = fill.block();
        if (whole && !blocks.isUnproved(block)) {
            file.whole(block, fill.sum());
        }
        boolean empty = false;
        List<Fill.Waiter> waiting;
        synchronized (this) {
            waiting = fill.takeWaiting();
            if (whole) {
                blocks.complete(block);
                fills.remove(block);
            } else if (fill.here() > file.start(block)) {
                blocks.pause(block);
            } else {
                empty = blocks.isHeld(block);
                blocks.cancel(block);
                fills.remove(block);
            }
        }
        if (empty) {
            file.emptied();
        }
        if (vain) {
            store.budget().free(file.room(block));
        } else if (whole || fill.here() > file.start(block)) {
            store.budget().holds(file, block);
        }
        waiting.forEach(waiter -> waiter.then().ended(whole));
    }

    /** Nothing of a block is here any more. */
    synchronized void forget(int block) {
        fills.remove(block);
    }
}
