package sluice.server.listing;

import sluice.http.ByteWriter;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A directory's page or JSON. The loop asks for it piece by piece, so that only one row is in
 * memory at a time. The length is known from the start, so the response has Content-Length.
 *
 * <p>The constructor sorts the entries and writes every row once to learn the length. That takes
 * some 0.5 s for {@link DirectoryEntries#LIMIT} entries, so do not call it on an event loop. After
 * that one thread at a time may use the listing.
 */
public final class Listing {
    /** Initial size of the buffer, enough for nearly every row; it grows for a longer one. */
    private static final int USUAL_PIECE = 8 << 10;

    private final boolean json;
    private final ListingForm form;
    private final ByteWriter writer = new ByteWriter();
    private final long length;
    private byte[] buffer = new byte[USUAL_PIECE];
    private int nextPiece;
    private int from;
    private int to;

    /**
     * @param path the decoded path [from, to) of the directory, as "/" or "/a/b/"
     * @param wanted once this is false, nobody will use the listing, and its length is not known
     */
    public Listing(
            byte[] path,
            int from,
            int to,
            DirectoryEntries entries,
            ListingOptions options,
            BooleanSupplier wanted) {
        var sorted = entries.entries().stream().sorted(EntryOrder.of(options)).toList();
        this.json = options.json();
        this.form = form(path, from, to, entries, sorted, options);
        long bytes = 0;
        for (int i = 0; i < form.pieces() && wanted.getAsBoolean(); i++) {
            bytes += render(i);
        }
        this.length = bytes;
    }

    private static ListingForm form(
            byte[] path,
            int from,
            int to,
            DirectoryEntries entries,
            List<DirectoryEntry> sorted,
            ListingOptions options) {
        return options.json()
                ? new JsonListing(entries, sorted)
                : new HtmlListing(path, from, to, entries, sorted, options);
    }

    /** "text/html; charset=utf-8" or "application/json". */
    public String contentType() {
        return json ? "application/json" : "text/html; charset=utf-8";
    }

    /** Number of bytes of the whole listing. */
    public long length() {
        return length;
    }

    /**
     * Writes the next bytes to [at, at + room) of {@code target}.
     *
     * @return number of bytes: {@code room}, or fewer at the end, then 0
     */
    public int write(MemorySegment target, long at, int room) {
        int written = 0;
        while (written < room && (from < to || nextPiece < form.pieces())) {
            if (from == to) {
                from = 0;
                to = render(nextPiece++);
            }
            int count = Math.min(to - from, room - written);
            MemorySegment.copy(buffer, from, target, ValueLayout.JAVA_BYTE, at + written, count);
            from += count;
            written += count;
        }
        return written;
    }

    /** Writes a piece to the front of the buffer; returns its length. */
    private int render(int piece) {
        while (true) {
            form.write(piece, writer.over(MemorySegment.ofArray(buffer), 0, buffer.length));
            if (!writer.overflowed()) {
                return (int) writer.position();
            }
            buffer = new byte[2 * buffer.length];
        }
    }
}
