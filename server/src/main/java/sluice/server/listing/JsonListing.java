package sluice.server.listing;

import sluice.http.ByteWriter;
import sluice.http.RequestTarget;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;
import sluice.server.root.FileKind;

import java.util.List;

/**
 * Writes a listing as a JSON object: {@code complete}, whether it has all entries; if not, {@code
 * reason} in words; and {@code entries}, an array with an object per entry: {@code name}, {@code
 * href} (a reference from the listing's own URL), {@code type} ("file" or "directory"), {@code
 * size} in bytes (files only) and {@code mtime} (RFC 3339).
 *
 * <p>JSON is UTF-8, but names need not be. {@code name} replaces octets that are not UTF-8 by
 * U+FFFD; {@code href} is always the URL that opens the entry.
 */
record JsonListing(DirectoryEntries directory, List<DirectoryEntry> entries)
        implements ListingForm {
    /** The start, the entries, the end. */
    @Override
    public int pieces() {
        return entries.size() + 2;
    }

    @Override
    public void write(int piece, ByteWriter out) {
        if (piece == 0) {
            String reason = directory.reasonIncomplete();
            out.ascii("{\"complete\":");
            out.ascii(reason.isEmpty() ? "true" : "false,\"reason\":\"" + reason + "\"");
            out.ascii(",\"entries\":[");
        } else if (piece <= entries.size()) {
            out.ascii(piece == 1 ? "\n" : ",\n");
            entry(entries.get(piece - 1), out);
        } else {
            out.ascii(entries.isEmpty() ? "]}\n" : "\n]}\n");
        }
    }

    private static void entry(DirectoryEntry entry, ByteWriter out) {
        byte[] name = entry.name();
        boolean directory = entry.kind() == FileKind.DIRECTORY;
        out.ascii("{\"name\":\"");
        NameText.json(NameText.of(name, 0, name.length), out);
        out.ascii("\",\"href\":\"");
        RequestTarget.encode(name, 0, name.length, out);
        if (directory) {
            out.ascii("/\",\"type\":\"directory\"");
        } else {
            out.ascii("\",\"type\":\"file\",\"size\":").decimal(entry.size());
        }
        var mtime = new UtcTime(entry.mtimeSeconds());
        out.ascii(",\"mtime\":\"").put(mtime.date()).ascii("T").put(mtime.time());
        out.ascii("Z\"}");
    }
}
