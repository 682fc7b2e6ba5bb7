package sluice.server.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import sluice.server.listing.ListingBudget;
import sluice.server.root.FileKind;
import sluice.server.root.FileStat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a tar of a directory has: the entries at the moment of a walk, and where each begins. Heads
 * are written when they are sent, so it takes some 170 octets per entry and no file is open. All
 * its users share one; the last release gives its room in the budget back. Any thread may call.
 */
public final class Archive {
    /** Zeros at the end: two blocks (POSIX.1-2024). */
    private static final int END = 2 * TarHead.BLOCK;
    /** Octets of the digest in the entity tag: nobody meets two directories of one tag. */
    private static final int TAG_OCTETS = 16;
    /** The name of the root, which has none. */
    private static final String ROOT = "files/";

    /**
     * A file or directory.
     *
     * @param path below the archive's directory; that of a directory ends in a slash or is empty
     */
    record Entry(byte[] path, FileStat stat) {
        long size() {
            return stat.kind() == FileKind.REGULAR ? stat.size() : 0;
        }
    }

    private final byte[] directory;
    private final byte[] top;
    private final Entry[] entries;
    /** Where the entries begin in the tar, and where the last one ends. */
    private final long[] starts;

    private final byte[] tag;
    private final ListingBudget.Draft draft;
    private final AtomicInteger uses = new AtomicInteger(1);
    private volatile boolean outdated;
    private volatile long usedAt = System.nanoTime();

    /**
     * @param directory decoded, as "/" or "/a/b/"
     */
    Archive(byte[] directory, List<Entry> entries, ListingBudget.Draft draft) {
        this.directory = directory;
        this.entries = entries.toArray(Entry[]::new);
        this.draft = draft;
        int name = directory.length - 1;
        while (name > 0 && directory[name - 1] != '/') {
            name--;
        }
        top = name == 0
                ? ROOT.getBytes(US_ASCII)
                : Arrays.copyOfRange(directory, name, directory.length);
        starts = new long[this.entries.length + 1];
        MessageDigest digest = sha256();
        ByteBuffer facts = ByteBuffer.allocate(7 * Long.BYTES);
        for (int i = 0; i < this.entries.length; i++) {
            Entry entry = this.entries[i];
            long content = entry.size() + TarHead.padding(entry.size());
            starts[i + 1] = starts[i] + head(i).length + content;
            digest.update(entry.path());
            digest.update(facts(entry, facts.clear()));
        }
        byte[] hash = Arrays.copyOf(digest.digest(), TAG_OCTETS);
        tag = ("\"tar-" + HexFormat.of().formatHex(hash) + "\"").getBytes(US_ASCII);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What tells versions apart; of a directory only what its head says. */
    private static ByteBuffer facts(Entry entry, ByteBuffer facts) {
        FileStat stat = entry.stat();
        facts.putLong(entry.path().length).putLong(stat.mtimeSeconds());
        if (stat.kind() == FileKind.REGULAR) {
            facts.putLong(stat.size())
                    .putLong(stat.inode())
                    .putLong(stat.ctimeSeconds())
                    .putInt(stat.mtimeNanos())
                    .putInt(stat.ctimeNanos());
        }
        return facts.flip();
    }

    /** Octets of the whole tar. */
    public long length() {
        return starts[entries.length] + END;
    }

    /** A strong entity tag: other contents, names or times give another one. */
    public byte[] tag() {
        return tag.clone();
    }

    /** The name of the directory, as octets; "files" for the root. */
    public byte[] name() {
        return Arrays.copyOf(top, top.length - 1);
    }

    boolean isOf(byte[] other) {
        return Arrays.equals(directory, other);
    }

    int count() {
        return entries.length;
    }

    Entry entry(int index) {
        return entries[index];
    }

    long start(int index) {
        return starts[index];
    }

    /** The entry that has an octet of the tar; {@link #count} for one of the end. */
    int at(long offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found : -found - 2;
    }

    byte[] head(int index) {
        Entry entry = entries[index];
        byte[] path = joined(top, entry.path());
        return TarHead.of(path, entry.size(), entry.stat().mtimeSeconds());
    }

    /** The path of an entry below the root. */
    byte[] served(int index) {
        byte[] path = joined(directory, entries[index].path());
        return Arrays.copyOfRange(path, 1, path.length);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Octets of contents in [from, to) of the tar, of files of {@code least} to {@code most}. */
    long contents(long from, long to, long least, long most) {
        long sum = 0;
        for (int i = at(from); i < entries.length && starts[i] < to; i++) {
            long size = entries[i].size();
            if (size >= least && size <= most) {
                long end = starts[i + 1] - TarHead.padding(size);
                sum += Math.max(0, Math.min(to, end) - Math.max(from, end - size));
            }
        }
        return sum;
    }

    /** A file is not what it was: nobody may begin with this archive any more. */
    void outdate() {
        outdated = true;
    }

    boolean isOutdated() {
        return outdated;
    }

    /** Whether nobody but its keeper uses it, since that time. */
    boolean isUnusedSince(long time) {
        return uses.get() == 1 && usedAt - time < 0;
    }

    /** Starts another use; false if the last one has ended. */
    boolean retain() {
        return uses.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    /** Ends a use. */
    public void release() {
        usedAt = System.nanoTime();
        if (uses.decrementAndGet() == 0) {
            draft.release();
        }
    }
}
