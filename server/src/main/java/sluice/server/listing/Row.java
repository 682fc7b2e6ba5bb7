package sluice.server.listing;

import sluice.http.ByteWriter;
import sluice.http.ChosenTypes;
import sluice.http.RequestTarget;
import sluice.server.ByteCount;
import sluice.server.root.DirectoryEntry;
import sluice.server.root.FileKind;

/** Writes the row of an entry in a page's table. */
final class Row {
    private Row() {}

    /**
     * @param copy whether it is another entry in another coding
     * @param query of a folder's reference
     * @param types decide which symbol a file has
     */
    static void write(
            DirectoryEntry entry, boolean copy, String query, ChosenTypes types, ByteWriter out) {
        byte[] name = entry.name();
        String text = NameText.of(name, 0, name.length);
        boolean isFolder = entry.kind() == FileKind.DIRECTORY;
        out.ascii(isFolder ? "<tr class=\"d\">" : copy ? "<tr class=\"copy\">" : "<tr>");
        out.ascii("<th scope=\"row\"><a href=\"");
        RequestTarget.encode(name, 0, name.length, out);
        out.ascii(isFolder ? "/" + query : "").ascii("\">");
        icon(isFolder ? "folder" : icon(types.of(name).toString()), out);
        out.ascii(isFolder ? "<span><bdi>" : "<bdi>");
        NameText.html(text, out);
        out.ascii(isFolder ? "</bdi>/</span></a></th><td>" : "</bdi></a></th><td title=\"");
        if (!isFolder) {
            out.ascii(ByteCount.exact(entry.size())).ascii("\">");
            out.ascii(ByteCount.rounded(entry.size()));
        }
        out.ascii("</td><td>");
        time(new UtcTime(entry.mtimeSeconds()), out);
        out.ascii("</td></tr>\n");
    }

    private static void time(UtcTime mtime, ByteWriter out) {
        out.ascii("<time datetime=\"").put(mtime.date()).ascii("T").put(mtime.time());
        out.ascii("Z\">").put(mtime.date()).ascii("<span class=\"z\"> ").put(mtime.minute());
        out.ascii("</span></time>");
    }

    static void icon(String id, ByteWriter out) {
        out.ascii("<svg aria-hidden=\"true\"><use href=\"#").ascii(id).ascii("\"/></svg>");
    }

    /** The symbol of the page for a file of this type. */
    private static String icon(String type) {
        int slash = type.indexOf('/');
        return switch (type.substring(0, slash)) {
            case "image", "audio", "video", "text" -> type.substring(0, slash);
            default ->
                switch (type.substring(slash + 1)) {
                    case "json", "xml", "pdf", "javascript", "yaml", "toml", "sql" -> "text";
                    case "zip",
                            "gzip",
                            "zstd",
                            "x-tar",
                            "x-bzip2",
                            "x-xz",
                            "x-7z-compressed",
                            "x-rar-compressed",
                            "vnd.rar",
                            "java-archive",
                            "vnd.debian.binary-package",
                            "x-rpm" -> "archive";
                    default -> "file";
                };
        };
    }
}
