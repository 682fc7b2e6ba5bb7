package sluice.server.rules;

import org.jspecify.annotations.Nullable;

import sluice.http.Accept;
import sluice.http.ChosenTypes;
import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Request;
import sluice.io.SparseLog;
import sluice.server.Rules;
import sluice.server.response.Body;
import sluice.server.response.Response;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileKind;
import sluice.server.root.FileStat;
import sluice.server.root.Opened;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Pages of a site's own for errors. They are in memory, so that an error never waits for a disk,
 * and read again when they change. Any thread may ask; one thread looks at the files.
 */
public final class OwnPages {
    /** Largest page: a page of text with its style. Pictures are files of their own. */
    private static final int MAX = 256 << 10;

    private static final String HTML = "text/html";

    private record Page(@Nullable FileStat stat, byte[] type, byte[] octets) {
        static final Page NONE = new Page(null, new byte[0], new byte[0]);
    }

    private final DocumentRoot root;
    private final Map<Integer, String> paths;
    private final ChosenTypes types;
    private final SparseLog trouble =
            new SparseLog(System.getLogger("sluice.server"), System::nanoTime);
    private volatile Map<Integer, Page> pages = Map.of();
    private final Set<Integer> missed = new HashSet<>();

    /** Reads the pages of a site below its root. */
    public OwnPages(DocumentRoot root, Rules rules, ChosenTypes types) {
        this.root = root;
        this.types = types;
        paths = rules.errorPages();
        look();
    }

    /** Whether there are none to look at. */
    public boolean areNone() {
        return paths.isEmpty();
    }

    /** Reads again what has changed; called from time to time, and may block. */
    public void look() {
        Map<Integer, Page> now = new HashMap<>();
        paths.forEach((status, path) -> {
            Page page = read(path, pages.getOrDefault(status, Page.NONE));
            if (page != null) {
                missed.remove(status);
                now.put(status, page);
            } else if (missed.add(status)) {
                trouble.warn("there is no page " + path + " for error " + status + " of at most "
                        + MAX + " bytes; clients get the server's own");
            }
        });
        if (!now.equals(pages)) {
            pages = Map.copyOf(now);
        }
    }

    private @Nullable Page read(String path, Page known) {
        byte[] name = path.substring(1).getBytes(StandardCharsets.UTF_8);
        if (!(root.open(name, name.length, false) instanceof Opened.Found found)) {
            return null;
        }
        try {
            FileStat stat = found.stat();
            if (stat.equals(known.stat())) {
                return known;
            }
            byte[] octets = stat.kind() == FileKind.REGULAR && stat.size() <= MAX
                    ? found.file().content((int) stat.size())
                    : null;
            return octets == null ? null : new Page(stat, types.of(name).bytes(), octets);
        } finally {
            found.file().close();
        }
    }

    /** The error with the page for it; null without one, or if the client wants no HTML. */
    public @Nullable Response of(Request request, Response error) {
        Page page = pages.get(error.status());
        if (page == null || Accept.weight(request, HTML) == 0) {
            return null;
        }
        Fields[] fields = {Fields.of(Field.CONTENT_TYPE, page.type())};
        error.fields().forEach((lines, nameFrom, nameTo, from, to) -> {
            String name = text(lines, nameFrom, nameTo);
            if (!name.equals("Content-Type") && !name.equals("Content-Length")) {
                fields[0] = fields[0].with(name, text(lines, from, to));
            }
        });
        return FieldRules.varyingByAccept(
                Response.of(error.status(), fields[0], new Body.Memory(page.octets())));
    }

    private static String text(byte[] lines, int from, int to) {
        return new String(lines, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
