package sluice.server.content;

import org.jspecify.annotations.Nullable;

import sluice.http.AcceptEncoding;
import sluice.http.ContentCoding;
import sluice.server.root.FileStat;

/**
 * The other codings of one content: {@code app.js.br} beside {@code app.js}. Each is an entry with
 * its own validators; the entry of the content holds it.
 */
public final class Variants {
    /** Only the content itself, without other codings. */
    static final Variants NONE = new Variants(
            new FileEntry[ContentCoding.IDENTITY.ordinal()],
            new FileStat[ContentCoding.IDENTITY.ordinal()],
            0);

    private final @Nullable FileEntry[] entries;
    private final @Nullable FileStat[] rejected;
    private final int available;
    private final int makeable;

    /**
     * @param entries by ordinal of their coding, null if there is none
     * @param rejected versions of siblings that are not what their names say
     * @param makeable codings that the store could make, as {@link ContentCoding#bit}s
     */
    Variants(@Nullable FileEntry[] entries, @Nullable FileStat[] rejected, int makeable) {
        this.entries = entries;
        this.rejected = rejected;
        this.makeable = makeable;
        int bits = ContentCoding.IDENTITY.bit();
        for (int i = 0; i < entries.length; i++) {
            bits |= entries[i] == null ? 0 : 1 << i;
        }
        available = bits;
    }

    /** Whether identity is and stays the only coding. */
    public boolean isEmpty() {
        return (available | makeable) == ContentCoding.IDENTITY.bit();
    }

    /** A makeable coding that the client prefers to all available ones, or null. */
    public @Nullable ContentCoding missing(AcceptEncoding wishes) {
        ContentCoding best = wishes.best(available | makeable);
        return best == null || (available & best.bit()) != 0 ? null : best;
    }

    /** The coding to send, or null if the client accepts none that is available. */
    public @Nullable ContentCoding choose(AcceptEncoding wishes) {
        return wishes.best(available);
    }

    /** The entry of a coding that {@link #choose} chose, other than identity. */
    public @Nullable FileEntry of(ContentCoding coding) {
        return entries[coding.ordinal()];
    }

    /** The version of a sibling that was read and left aside, or null. */
    @Nullable
    FileStat rejected(int index) {
        return rejected[index];
    }

    /** Whether these are the versions that the loader has just found. */
    boolean are(Siblings found) {
        for (int i = 0; i < entries.length; i++) {
            FileEntry entry = entries[i];
            FileStat stat = found.stat(i);
            if (entry == null ? stat != null : !entry.stat().equals(stat)) {
                return false;
            }
        }
        return true;
    }

    /** Number of files that the variants keep open. */
    int openFiles() {
        int sum = 0;
        for (FileEntry entry : entries) {
            sum += entry == null ? 0 : entry.openFiles();
        }
        return sum;
    }

    /** Number of bytes that the variants keep in memory. */
    int weight() {
        int sum = 0;
        for (FileEntry entry : entries) {
            sum += entry == null ? 0 : entry.weight();
        }
        return sum;
    }

    void release() {
        for (FileEntry entry : entries) {
            if (entry != null) {
                entry.release();
            }
        }
    }
}
