package sluice.server.listing;

import org.jspecify.annotations.Nullable;

import sluice.http.ByteWriter;
import sluice.http.Fields;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;

/**
 * A directory's page or JSON. The loop asks for it piece by piece, so that only one row is in
 * memory at a time; a compressed listing is in memory as a whole, and its entries are not any more.
 * The length is known from the start, so the response has Content-Length.
 *
 * <p>The constructor sorts the entries and writes every row once to learn length, hash and
 * compressed octets. That takes a second for {@link DirectoryEntries#LIMIT} entries, so do not call
 * it on an event loop. After that one thread at a time may use the listing.
 */
public final class Listing {
    /** Initial size of the buffer, enough for nearly every row; it grows for a longer one. */
    private static final int USUAL_PIECE = 8 << 10;

    /** Octets of the hash in a tag: two listings in 2^64 have one tag. */
    private static final int TAG_OCTETS = 8;

    private static final byte[] NOTHING = {};

    private final boolean json;
    private final boolean compressed;
    /** Null if the octets are all there, compressed. */
    private final @Nullable ListingForm form;

    private final ByteWriter writer = new ByteWriter();
    private final long length;
    private final byte[] tag;
    private byte[] buffer = new byte[USUAL_PIECE];
    /** The buffer, or a piece that was ready. */
    private byte[] current = NOTHING;

    private int nextPiece;
    private int from;
    private int to;

    /**
     * @param path the decoded path [from, to) of the directory, as "/" or "/a/b/"
     * @param gzip whether to compress the listing
     * @param wanted once this is false, nobody will use the listing, and its length is not known
     */
    public Listing(
            byte[] path,
            int from,
            int to,
            Folder folder,
            ListingOptions options,
            boolean gzip,
            BooleanSupplier wanted) {
        json = options.json();
        compressed = gzip;
        ListingForm written = form(path, from, to, folder, options);
        MessageDigest digest = PageParts.sha256();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        long bytes = 0;
        try (GZIPOutputStream out = gzip ? new GZIPOutputStream(whole, USUAL_PIECE) : null) {
            for (int i = 0; i < written.pieces() && wanted.getAsBoolean(); i++) {
                int size = render(written, i);
                bytes += size;
                digest.update(current, 0, size);
                if (out != null) {
                    out.write(current, 0, size);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes every octet", e);
        }
        String hex = HexFormat.of().formatHex(digest.digest(), 0, TAG_OCTETS);
        tag = ("\"" + hex + (gzip ? "-gzip\"" : "\"")).getBytes(StandardCharsets.US_ASCII);
        if (gzip) {
            form = null;
            buffer = NOTHING;
            current = whole.toByteArray();
            length = current.length;
            this.to = current.length;
        } else {
            form = written;
            length = bytes;
        }
    }

    private static ListingForm form(
            byte[] path, int from, int to, Folder folder, ListingOptions options) {
        List<DirectoryEntry> sorted = folder.directory().entries().stream()
                .sorted(EntryOrder.of(options))
                .toList();
        return options.json()
                ? new JsonListing(folder.directory(), sorted)
                : new HtmlListing(path, from, to, folder, sorted, options);
    }

    /** "text/html; charset=utf-8" or "application/json". */
    public String contentType() {
        return json ? "application/json" : "text/html; charset=utf-8";
    }

    /** Whether the octets are compressed by gzip. */
    public boolean isCompressed() {
        return compressed;
    }

    /** The entity tag, strong: it is a hash of the octets before compression. */
    public byte[] tag() {
        return tag;
    }

    /** Content-Security-Policy of a page; nothing of JSON. */
    public Fields policy() {
        return json ? Fields.NONE : PageParts.LISTING_POLICY;
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
        while (written < room && (from < to || form != null && nextPiece < form.pieces())) {
            if (from == to && form != null) {
                from = 0;
                to = render(form, nextPiece++);
            }
            int count = Math.min(to - from, room - written);
            MemorySegment.copy(current, from, target, ValueLayout.JAVA_BYTE, at + written, count);
            from += count;
            written += count;
        }
        return written;
    }

    /** Makes a piece the current one; returns its length. */
    private int render(ListingForm of, int piece) {
        byte[] ready = of.ready(piece);
        if (ready != null) {
            current = ready;
            return ready.length;
        }
        while (true) {
            of.write(piece, writer.over(MemorySegment.ofArray(buffer), 0, buffer.length));
            if (!writer.overflowed()) {
                current = buffer;
                return (int) writer.position();
            }
            buffer = new byte[2 * buffer.length];
        }
    }
}
