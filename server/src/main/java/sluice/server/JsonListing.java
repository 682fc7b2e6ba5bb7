package sluice.server;

import sluice.http.ByteWriter;
import sluice.http.RequestTarget;

import java.util.List;

/**
 * An array with an object per entry: {@code name}, {@code href} (a reference from the listing's own
 * URL), {@code type} ("file" or "directory"), {@code size} in bytes (files only) and {@code mtime}
 * (RFC 3339).
 *
 * <p>JSON is UTF-8, names need not be: in {@code name} what is not UTF-8 is U+FFFD, while {@code
 * href} is always the one URL that opens the entry.
 */
record JsonListing(List<DirectoryEntry> entries) implements ListingForm {
    @Override
    public int pieces() {
        return entries.size() + 1;
    }

    @Override
    public void write(int piece, ByteWriter out) {
        if (piece == entries.size()) {
            out.ascii(piece == 0 ? "[]\n" : "\n]\n");
            return;
        }
        var entry = entries.get(piece);
        byte[] name = entry.name();
        boolean directory = entry.kind() == FileKind.DIRECTORY;
        out.ascii(piece == 0 ? "[\n" : ",\n").ascii("{\"name\":\"");
        NameText.json(NameText.of(name, 0, name.length), out);
        out.ascii("\",\"href\":\"./");
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
