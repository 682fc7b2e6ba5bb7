package sluice.server.listing;

import sluice.http.ByteWriter;
import sluice.http.MediaTypes;
import sluice.http.RequestTarget;
import sluice.server.ByteCount;
import sluice.server.listing.ListingOptions.Sort;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;
import sluice.server.root.FileKind;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a listing as a page: the path, and a table of the entries. Plain links sort the columns,
 * and a screen reader can read the table. The page has no script, and loads no other resource.
 *
 * <p>References are relative, so that the page works behind a proxy that adds a prefix. In
 * an entry's reference every ":" is encoded, so that no name can look like a scheme; it has no "./"
 * in front, which some clients do not understand. {@link NameText}
 * writes names in {@code <bdi>}, so that right-to-left names do not reorder the text beside them.
 */
final class HtmlListing implements ListingForm {
    private static final byte[] START = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Index of /\
        """.getBytes(StandardCharsets.UTF_8);

    private static final byte[] END = """
        </tbody>
        </table>
        <footer><a href="?format=json">This list as JSON</a></footer>
        </main>
        </body>
        </html>
        """.getBytes(StandardCharsets.UTF_8);

    private final List<String> folders = new ArrayList<>();
    private final DirectoryEntries directory;
    private final List<DirectoryEntry> entries;
    private final ListingOptions options;
    /** Query of a folder's reference, so that the chosen order stays from folder to folder. */
    private final String query;

    HtmlListing(
            byte[] path,
            int from,
            int to,
            DirectoryEntries directory,
            List<DirectoryEntry> entries,
            ListingOptions options) {
        this.directory = directory;
        this.entries = entries;
        this.options = options;
        boolean usual = options.sort() == Sort.NAME && options.ascending();
        query = usual ? "" : query(options.sort(), options.ascending());
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i == to || path[i] == '/') {
                if (i > start) {
                    folders.add(NameText.of(path, start, i));
                }
                start = i + 1;
            }
        }
    }

    private static String query(Sort sort, boolean ascending) {
        return "?sort=" + sort.parameter + "&amp;order=" + (ascending ? "asc" : "desc");
    }

    /** Start, title by folders, style, path by folders, head of the table, entries, end. */
    @Override
    public int pieces() {
        return 4 + 2 * folders.size() + entries.size();
    }

    @Override
    public void write(int piece, ByteWriter out) {
        int depth = folders.size();
        if (piece == 0) {
            out.put(START);
        } else if (piece <= depth) {
            NameText.plainHtml(folders.get(piece - 1), out);
            out.put((byte) '/');
        } else if (piece == depth + 1) {
            out.put(ListingStyle.STYLE);
            startOfPath(out);
        } else if (piece <= 2 * depth + 1) {
            crumb(piece - depth - 2, out);
        } else if (piece == 2 * depth + 2) {
            head(out);
        } else if (piece == pieces() - 1) {
            out.put(END);
        } else {
            row(entries.get(piece - 2 * depth - 3), out);
        }
    }

    private void startOfPath(ByteWriter out) {
        if (!folders.isEmpty()) {
            out.ascii("<nav aria-label=\"Path\">\n<ol>\n<li><a href=\"");
            up(folders.size(), out);
            out.ascii("\">");
            icon("home", out);
            out.ascii("<span class=\"h\">Top folder</span></a></li>\n");
        }
    }

    private void crumb(int index, ByteWriter out) {
        int levels = folders.size() - 1 - index;
        out.ascii("<li>");
        if (levels == 0) {
            out.ascii("<span aria-current=\"page\"><bdi>");
            NameText.html(folders.get(index), out);
            out.ascii("</bdi></span></li>\n</ol>\n</nav>\n");
        } else {
            out.ascii("<a href=\"");
            up(levels, out);
            out.ascii("\"><bdi>");
            NameText.html(folders.get(index), out);
            out.ascii("</bdi></a></li>\n");
        }
    }

    private void up(int levels, ByteWriter out) {
        for (int i = 0; i < levels; i++) {
            out.ascii("../");
        }
        out.ascii(query);
    }

    private void head(ByteWriter out) {
        out.ascii("<h1 id=\"title\">");
        if (folders.isEmpty()) {
            out.ascii("Index of /");
        } else {
            out.ascii("<bdi>");
            NameText.html(folders.getLast(), out);
            out.ascii("</bdi>");
        }
        out.ascii("</h1>\n");
        summary(out);
        out.ascii("</header>\n<table aria-labelledby=\"title\">\n<thead>\n<tr>");
        column("Name", Sort.NAME, true, out);
        column("Size", Sort.SIZE, false, out);
        column("Modified<span class=\"z\"> (UTC)</span>", Sort.TIME, false, out);
        out.ascii("</tr>\n</thead>\n<tbody>\n");
        if (!folders.isEmpty()) {
            out.ascii("<tr><th scope=\"row\"><a href=\"");
            up(1, out);
            out.ascii("\">");
            icon("up", out);
            out.ascii("Parent folder</a></th><td></td><td></td></tr>\n");
        }
        if (entries.isEmpty()) {
            out.ascii("<tr><td class=\"empty\" colspan=\"3\">This folder is empty.</td></tr>\n");
        }
    }

    private void summary(ByteWriter out) {
        long files = 0;
        long bytes = 0;
        for (var entry : entries) {
            if (entry.kind() != FileKind.DIRECTORY) {
                files++;
                bytes += entry.size();
            }
        }
        out.ascii("<p>").ascii(ByteCount.counted(entries.size() - files, "folder"));
        out.ascii(", ").ascii(ByteCount.counted(files, "file"));
        if (files > 0) {
            out.ascii(", <span title=\"").ascii(ByteCount.exact(bytes)).ascii("\">");
            out.ascii(ByteCount.rounded(bytes)).ascii("</span>");
        }
        out.ascii("</p>\n");
        String reason = directory.reasonIncomplete();
        if (!reason.isEmpty()) {
            out.ascii("<p class=\"note\">").ascii(reason).ascii("</p>\n");
        }
    }

    /** A link that sorts by this column; reverses the order if the column is the current one. */
    private void column(String title, Sort sort, boolean usualOrder, ByteWriter out) {
        boolean sorted = options.sort() == sort;
        boolean next = sorted ? !options.ascending() : usualOrder;
        out.ascii("<th scope=\"col\"");
        if (sorted) {
            out.ascii(" aria-sort=\"");
            out.ascii(options.ascending() ? "ascending" : "descending").ascii("\"");
        }
        out.ascii("><a href=\"").ascii(query(sort, next)).ascii("\">").ascii(title);
        if (sorted) {
            out.ascii("<span aria-hidden=\"true\"> ");
            out.ascii(options.ascending() ? "&uarr;" : "&darr;").ascii("</span>");
        }
        out.ascii("</a></th>");
    }

    private void row(DirectoryEntry entry, ByteWriter out) {
        byte[] name = entry.name();
        var text = NameText.of(name, 0, name.length);
        boolean isFolder = entry.kind() == FileKind.DIRECTORY;
        out.ascii(isFolder ? "<tr class=\"d\">" : "<tr>").ascii("<th scope=\"row\"><a href=\"");
        RequestTarget.encode(name, 0, name.length, out);
        out.ascii(isFolder ? "/" + query : "").ascii("\">");
        icon(isFolder ? "folder" : icon(text), out);
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
        out.ascii("<time datetime=\"").put(mtime.date()).ascii("T").put(mtime.minute());
        out.ascii("Z\">").put(mtime.date()).ascii("<span class=\"z\"> ").put(mtime.minute());
        out.ascii("</span></time>");
    }

    private static void icon(String id, ByteWriter out) {
        out.ascii("<svg aria-hidden=\"true\"><use href=\"#").ascii(id).ascii("\"/></svg>");
    }

    /** The symbol of {@link ListingStyle} for a file of this name. */
    private static String icon(String name) {
        var type = MediaTypes.of(name).toString();
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
