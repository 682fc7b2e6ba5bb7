package sluice.server.listing;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.root.Roots.bytes;

import sluice.http.ChosenTypes;
import sluice.server.listing.ListingOptions.Sort;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;
import sluice.server.root.FileKind;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Entries and listings for tests. */
final class Listings {
    private Listings() {}

    /** 2026-11-22T10:30:59Z */
    static final long TIME = 1_795_343_459L;

    static final ListingOptions JSON = new ListingOptions(true, Sort.NAME, true);

    static DirectoryEntry file(String name, long size, long mtime) {
        return new DirectoryEntry(bytes(name), FileKind.REGULAR, size, mtime);
    }

    static DirectoryEntry file(String name) {
        return file(name, 1, TIME);
    }

    static DirectoryEntry folder(String name, long mtime) {
        return new DirectoryEntry(bytes(name), FileKind.DIRECTORY, 4096, mtime);
    }

    static Listing listing(String path, ListingOptions options, DirectoryEntries entries) {
        return listing(
                path, options, new Folder(entries, false, true, ChosenTypes.NONE, null), false);
    }

    static Listing listing(String path, ListingOptions options, Folder folder, boolean gzip) {
        byte[] decoded = bytes(path);
        return new Listing(decoded, 0, decoded.length, folder, options, gzip, () -> true);
    }

    static Page page(Folder folder) {
        return Page.parse(read(listing("/", ListingOptions.DEFAULT, folder, false), 1000));
    }

    static String read(Listing listing, int room) {
        return new String(octets(listing, room), StandardCharsets.UTF_8);
    }

    /** What a listing writes, in pieces of this size. */
    static byte[] octets(Listing listing, int room) {
        var out = new ByteArrayOutputStream();
        byte[] block = new byte[room + 2];
        int written;
        do {
            written = listing.write(MemorySegment.ofArray(block), 1, room);
            out.write(block, 1, written);
        } while (written == room);
        assertThat(listing.write(MemorySegment.ofArray(block), 1, room)).isZero();
        assertThat(block[0]).isZero();
        assertThat(block[room + 1]).isZero();
        assertThat((long) out.size()).isEqualTo(listing.length());
        return out.toByteArray();
    }
}
