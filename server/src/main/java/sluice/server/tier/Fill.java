package sluice.server.tier;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import sluice.io.Residency;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.WriteCalls;
import sluice.server.OriginException;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Brings one block of a file: all who want it wait for the same fetch, and go on as soon as their
 * octet has come. If it fails, the next one goes on behind what has come. Runs on a virtual thread.
 */
final class Fill implements Runnable {
    /** Two round trips at 30 ms to a store that is 20 MB/s fast. */
    private static final int PIECE = 128 << 10;

    private static final int TRIES = 3;
    private static final long PAUSE_MILLIS = 100;

    /** Somebody who waits for an octet. */
    record Waiter(long offset, Residency.Fetched then) {}

    private final TierStore store;
    private final TierFile file;
    private final Fills fills;
    private final int block;
    private final long start;
    private final long end;
    private final List<Waiter> waiting = new ArrayList<>();
    private final CRC32C sum = new CRC32C();
    /** Octets from the start of the block that are in the file. */
    private volatile long filled;
    /** Whether the block has its room on the disk. */
    private boolean hasRoom;

    Fill(TierStore store, TierFile file, Fills fills, int block) {
        this.store = store;
        this.file = file;
        this.fills = fills;
        this.block = block;
        start = file.start(block);
        end = file.end(block);
    }

    int block() {
        return block;
    }

    /** The end of the octets that are here. */
    long here() {
        return start + filled;
    }

    /** Waits for an octet; false if it is here already. */
    boolean await(long offset, Residency.Fetched then) {
        synchronized (waiting) {
            if (offset < here()) {
                return false;
            }
            waiting.add(new Waiter(offset, then));
            return true;
        }
    }

    @Override
    public void run() {
        try {
            file.acquire();
        } catch (IOException e) {
            store.tell(String.valueOf(e.getMessage()));
            fills.ended(this, false, false);
            return;
        }
        boolean whole = false;
        try {
            store.begin();
            try {
                whole = bring();
            } finally {
                store.end();
            }
        } catch (IOException e) {
            store.tell("cannot fetch a part of " + file.key() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            boolean vain = hasRoom && filled == 0;
            hasRoom = hasRoom && !vain;
            fills.ended(this, whole, vain);
            file.release();
        }
    }

    /** Those who still wait when the fetch ends. */
    List<Waiter> takeWaiting() {
        synchronized (waiting) {
            List<Waiter> all = List.copyOf(waiting);
            waiting.clear();
            return all;
        }
    }

    private boolean bring() throws IOException, InterruptedException {
        int descriptor = file.descriptor();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate(PIECE);
            if (file.isUnproved(block)) {
                hasRoom = true;
                if (isProved(descriptor, piece)) {
                    return true;
                }
            } else if (!hasRoom) {
                if (!store.budget().reserve(file.room(block))) {
                    throw new IOException("all of the tier is being sent");
                }
                hasRoom = true;
            }
            file.partial(block);
            for (int tries = 1; ; tries++) {
                try {
                    copy(descriptor, piece);
                    return true;
                } catch (OriginException e) {
                    if (e.reason() == OriginException.Reason.REPLACED) {
                        file.replaced();
                    }
                    if (e.isAnswer() || tries == TRIES) {
                        throw e;
                    }
                } catch (IOException e) {
                    if (tries == TRIES) {
                        throw e;
                    }
                }
                Thread.sleep(PAUSE_MILLIS << tries);
            }
        }
    }

    /** Whether an earlier process has left this block as it should be. */
    private boolean isProved(int descriptor, MemorySegment piece) {
        CRC32C found = new CRC32C();
        for (long at = start; at < end; ) {
            long want = Math.min(PIECE, end - at);
            long read = FileCalls.pread(descriptor, piece.address(), want, at);
            if (read <= 0) {
                return false;
            }
            found.update(piece.asSlice(0, read).asByteBuffer());
            at += read;
        }
        if ((int) found.getValue() != file.sum(block)) {
            return false;
        }
        filled = end - start;
        return true;
    }

    private void copy(int descriptor, MemorySegment piece) throws IOException {
        byte[] octets = new byte[PIECE];
        try (InputStream in = store.origin().read(file.key(), file.head().tag(), here(), end)) {
            while (here() < end) {
                int read = in.read(octets, 0, (int) Math.min(PIECE, end - here()));
                if (read < 0) {
                    throw new IOException("the answer ended early");
                }
                MemorySegment.copy(octets, 0, piece, JAVA_BYTE, 0, read);
                write(descriptor, piece.address(), read);
                sum.update(octets, 0, read);
                store.fetched(read);
                advance(read);
            }
        }
    }

    private void write(int descriptor, long address, int length) throws IOException {
        long done = 0;
        while (done < length) {
            long wrote =
                    WriteCalls.pwrite(descriptor, address + done, length - done, here() + done);
            if (wrote > 0) {
                done += wrote;
            } else if (!isFull(wrote) || !store.budget().shrink()) {
                throw new IOException("cannot write to the tier: " + Errno.describe(wrote));
            }
        }
    }

    private static boolean isFull(long error) {
        return error == -Errno.ENOSPC || error == -Errno.EDQUOT;
    }

    private void advance(int octets) {
        List<Waiter> served = new ArrayList<>();
        synchronized (waiting) {
            filled += octets;
            waiting.removeIf(waiter -> waiter.offset() < here() && served.add(waiter));
        }
        served.forEach(waiter -> waiter.then().ended(true));
    }

    /** The checksum of the whole block. */
    int sum() {
        return (int) sum.getValue();
    }
}
