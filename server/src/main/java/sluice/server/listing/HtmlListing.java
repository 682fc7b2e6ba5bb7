package sluice.server.listing;

import org.jspecify.annotations.Nullable;

import sluice.http.ByteWriter;
import sluice.http.ChosenTypes;
import sluice.server.ByteCount;
import sluice.server.listing.ListingOptions.Sort;
import sluice.server.root.DirectoryEntry;
import sluice.server.root.FileKind;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Writes a listing as a page: the path, a table of the entries, and the folder's README. Plain
 * links sort the columns, and a screen reader can read the table. Without its script the page lacks
 * a filter, pictures and uploads, and nothing else. It loads no resource but pictures of its
 * folder.
 *
 * <p>References are relative, so that the page works behind a proxy that adds a prefix. In an
 * entry's reference every ":" is encoded, so that no name can look like a scheme (RFC 3986 section
 * 4.2); it has no "./" in front, which some clients do not understand. {@link NameText} writes
 * names in {@code <bdi>}, so that right-to-left names do not reorder the text beside them.
 */
final class HtmlListing implements ListingForm {
    /** Rows of a page: a browser lays them out, and filters them, in the blink of an eye. */
    static final int ROWS = 5_000;

    private static final byte[] START = PageParts.octets("""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Index of /\
        """);

    private static final byte[] TITLE_END = PageParts.octets("</title>\n");
    private static final byte[] BODY = PageParts.octets("</head>\n<body>\n");
    private static final byte[] END = PageParts.octets("</body>\n</html>\n");

    /** Pieces behind the folders of the title: its end, the style, the icons, the path. */
    private static final int PIECES_BETWEEN = 5;
    /** Pieces behind the rows: their end, a README, the foot, two scripts, the end. */
    private static final int PIECES_BEHIND = 6;

    private static final byte[] NOTHING = {};

    private final List<String> folders = new ArrayList<>();
    private final List<DirectoryEntry> rows;
    /** Those of the rows that people do not see. */
    private final Set<DirectoryEntry> copies;

    private final ListingOptions options;
    private final boolean writable;
    private final ChosenTypes types;
    private final @Nullable Readme readme;
    /** Query of a folder's reference, so that the chosen order stays from folder to folder. */
    private final String query;

    private final String summary;
    private final String reason;
    /** Number of entries on all pages. */
    private final int total;

    private final int page;

    /**
     * @param sorted all entries
     */
    HtmlListing(
            byte[] path,
            int from,
            int to,
            Folder folder,
            List<DirectoryEntry> sorted,
            ListingOptions options) {
        this.options = options;
        boolean usual = options.sort() == Sort.NAME && options.ascending();
        query = usual ? "" : query(options.sort(), options.ascending());
        total = sorted.size();
        page = Math.min(options.page(), pages());
        // A copy: the other entries need not wait in memory for a slow client.
        int first = (page - 1) * ROWS;
        rows = List.copyOf(sorted.subList(first, Math.min(total, first + ROWS)));
        Set<DirectoryEntry> all = folder.copies();
        summary = summary(sorted, all);
        copies = Collections.newSetFromMap(new IdentityHashMap<>());
        rows.stream().filter(all::contains).forEach(copies::add);
        writable = folder.writable();
        types = folder.types();
        readme = page == 1 ? folder.readme() : null;
        reason = folder.directory().reasonIncomplete();
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

    private int pages() {
        return Math.max(1, (total + ROWS - 1) / ROWS);
    }

    private static String query(Sort sort, boolean ascending) {
        return "?sort=" + sort.parameter + "&amp;order=" + (ascending ? "asc" : "desc");
    }

    /**
     * Start, title by folders, its end, style, start of the body, icons, start of the path, path by
     * folders, head of the table, rows, and what is behind them.
     */
    @Override
    public int pieces() {
        return 2 + PIECES_BETWEEN + 2 * folders.size() + rows.size() + PIECES_BEHIND;
    }

    @Override
    public byte @Nullable [] ready(int piece) {
        if (piece == 0) {
            return START;
        }
        int behindTitle = piece - folders.size() - 1;
        int behindRows = piece - (pieces() - PIECES_BEHIND);
        return switch (behindTitle) {
            case 0 -> TITLE_END;
            case 1 -> PageParts.LISTING_STYLE;
            case 2 -> BODY;
            case 3 -> PageParts.ICONS;
            default ->
                switch (behindRows) {
                    case 1 -> readme == null ? NOTHING : readme.html();
                    case 3 -> PageParts.LISTING_SCRIPT;
                    case 4 -> writable ? PageParts.SCRIPT_OF_UPLOADS : NOTHING;
                    case 5 -> END;
                    default -> null;
                };
        };
    }

    @Override
    public void write(int piece, ByteWriter out) {
        int depth = folders.size();
        int path = depth + PIECES_BETWEEN;
        int head = path + depth + 1;
        if (piece <= depth) {
            NameText.plainHtml(folders.get(piece - 1), out);
            out.put((byte) '/');
        } else if (piece == path) {
            startOfPath(out);
        } else if (piece < head) {
            crumb(piece - path - 1, out);
        } else if (piece == head) {
            head(out);
        } else if (piece <= head + rows.size()) {
            DirectoryEntry entry = rows.get(piece - head - 1);
            Row.write(entry, copies.contains(entry), query, types, out);
        } else if (piece == head + rows.size() + 1) {
            endOfTable(out);
        } else {
            foot(out);
        }
    }

    private void startOfPath(ByteWriter out) {
        out.ascii("<main>\n<header>\n");
        if (!folders.isEmpty()) {
            out.ascii("<nav aria-label=\"Path\">\n<ol>\n<li><a href=\"");
            up(folders.size(), out);
            out.ascii("\">");
            Row.icon("home", out);
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
        out.ascii("</h1>\n").ascii(summary);
        if (!reason.isEmpty()) {
            out.ascii("<p class=\"note\">").ascii(reason).ascii("</p>\n");
        }
        out.ascii("<div class=\"tools\"").ascii(writable ? " data-writable>" : ">");
        out.ascii("</div>\n</header>\n<table aria-labelledby=\"title\"");
        out.ascii(pages() == 1 ? ">" : " data-part>").ascii("\n<thead>\n<tr>");
        column("Name", Sort.NAME, true, out);
        column("Size", Sort.SIZE, false, out);
        column("Modified<span class=\"z\"> (UTC)</span>", Sort.TIME, false, out);
        out.ascii("</tr>\n</thead>\n<tbody>\n");
        if (!folders.isEmpty()) {
            out.ascii("<tr class=\"up\"><th scope=\"row\"><a href=\"");
            up(1, out);
            out.ascii("\">");
            Row.icon("up", out);
            out.ascii("<span>Parent folder</span></a></th><td></td><td></td></tr>\n");
        }
        if (total == 0) {
            out.ascii("<tr><td class=\"empty\" colspan=\"3\">This folder is empty.</td></tr>\n");
        }
    }

    private static String summary(List<DirectoryEntry> all, Set<DirectoryEntry> copies) {
        long files = 0;
        long bytes = 0;
        for (DirectoryEntry entry : all) {
            if (entry.kind() != FileKind.DIRECTORY && !copies.contains(entry)) {
                files++;
                bytes += entry.size();
            }
        }
        long folders = all.size() - copies.size() - files;
        String text = "<p id=\"summary\">" + ByteCount.counted(folders, "folder") + ", "
                + ByteCount.counted(files, "file");
        if (files > 0) {
            text += ", <span title=\"" + ByteCount.exact(bytes) + "\">" + ByteCount.rounded(bytes)
                    + "</span>";
        }
        if (!copies.isEmpty()) {
            text += " (not shown: " + ByteCount.counted(copies.size(), "compressed version") + ")";
        }
        return text + "</p>\n";
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
        out.ascii("><a href=\"").ascii(query(sort, next)).ascii("\" rel=\"nofollow\">");
        out.ascii(title);
        if (sorted) {
            out.ascii("<span aria-hidden=\"true\"> ");
            out.ascii(options.ascending() ? "&uarr;" : "&darr;").ascii("</span>");
        }
        out.ascii("</a></th>");
    }

    private void endOfTable(ByteWriter out) {
        out.ascii("</tbody>\n</table>\n");
        if (pages() > 1) {
            out.ascii("<nav class=\"pages\" aria-label=\"Pages\">");
            pageLink(page - 1, "Previous", out);
            out.ascii("<span>Page ").ascii(ByteCount.grouped(page)).ascii(" of ");
            out.ascii(ByteCount.grouped(pages())).ascii("</span>");
            pageLink(page + 1, "Next", out);
            out.ascii("</nav>\n");
        }
        if (readme != null) {
            out.ascii("<section aria-labelledby=\"readme\">\n<h2 id=\"readme\"><a href=\"");
            out.ascii(readme.name()).ascii("\">").ascii(readme.name());
            out.ascii("</a></h2>\n<pre>\n");
        }
    }

    private void pageLink(int to, String text, ByteWriter out) {
        if (to >= 1 && to <= pages()) {
            out.ascii("<a href=\"").ascii(query.isEmpty() ? "?" : query + "&amp;");
            out.ascii("page=").decimal(to).ascii("\">").ascii(text).ascii("</a>");
        }
    }

    private void foot(ByteWriter out) {
        if (readme != null) {
            out.ascii("</pre>\n");
            if (readme.cut()) {
                out.ascii("<p><a href=\"").ascii(readme.name()).ascii("\">The rest</a></p>\n");
            }
            out.ascii("</section>\n");
        }
        out.ascii("<footer><a href=\"?format=json\" rel=\"nofollow\">This list as JSON</a>");
        out.ascii("</footer>\n</main>\n");
    }
}
