package sluice.server.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.server.Rules;
import sluice.server.content.FileCache;
import sluice.server.content.Lookup;
import sluice.server.root.PathKey;

import java.util.Arrays;

/**
 * Looks up a file under its name, and under the names that rules allow instead: {@code about.html}
 * for {@code about}, and one page for all names that do not exist. Any thread.
 */
final class OtherNames {
    private static final byte[] HTML = ".html".getBytes(UTF_8);

    private final FileCache cache;
    private final boolean cleanUrls;
    private final @Nullable PathKey fallback;

    OtherNames(FileCache cache, Rules rules) {
        this.cache = cache;
        cleanUrls = rules.cleanUrls();
        String page = rules.fallback();
        if (page == null) {
            fallback = null;
        } else {
            byte[] path = page.substring(1).getBytes(UTF_8);
            fallback = new PathKey().set(path, 0, path.length);
        }
    }

    /** What a request allows. */
    enum Ask {
        /** Only the name itself. */
        NONE,
        /** For a name of a file. */
        FILE,
        /** The same, and the client wants a page of HTML. */
        PAGE,
        /** The name is that of a directory's index, and the client wants a page of HTML. */
        INDEX_PAGE
    }

    /**
     * What was found.
     *
     * @param instead the name under which it was found; null if under its own
     */
    record Found(Lookup lookup, @Nullable PathKey instead) {}

    /** Whether there are none. */
    boolean areNone() {
        return !cleanUrls && fallback == null;
    }

    boolean hasFallback() {
        return fallback != null;
    }

    boolean isFallback(@Nullable PathKey name) {
        return name != null && fallback != null && name.equals(fallback);
    }

    /**
     * Looks up a path and its other names, the first that exists.
     *
     * @param mayBlock as for {@link FileCache#find}
     */
    Found find(PathKey path, Ask ask, long now, boolean mayBlock) {
        Lookup itself = cache.find(path, now, mayBlock);
        if (ask == Ask.NONE || !itself.isNoFile()) {
            return new Found(itself, null);
        }
        if (cleanUrls && ask != Ask.INDEX_PAGE) {
            byte[] octets = path.octets();
            byte[] html = Arrays.copyOf(octets, octets.length + HTML.length);
            System.arraycopy(HTML, 0, html, octets.length, HTML.length);
            PathKey name = new PathKey().set(html, 0, html.length);
            Lookup page = cache.find(name, now, mayBlock);
            if (!page.isNoFile()) {
                return new Found(page, name);
            }
        }
        boolean wanted = ask == Ask.PAGE || ask == Ask.INDEX_PAGE;
        if (fallback == null || !wanted || itself != Lookup.Missing.NOT_FOUND) {
            return new Found(itself, null);
        }
        if (ask == Ask.INDEX_PAGE) {
            Lookup directory = directory(path, now, mayBlock);
            if (directory != Lookup.Missing.NOT_FOUND) {
                boolean there = directory == Lookup.Missing.DIRECTORY;
                return new Found(there ? itself : directory, null);
            }
        }
        return new Found(cache.find(fallback, now, mayBlock), fallback);
    }

    /** What the directory of an index is; nobody asks for the root, which is there. */
    private Lookup directory(PathKey index, long now, boolean mayBlock) {
        byte[] path = index.octets();
        int slash = path.length - 1;
        while (slash > 0 && path[slash] != '/') {
            slash--;
        }
        return slash <= 0
                ? Lookup.Missing.DIRECTORY
                : cache.find(new PathKey().set(path, 0, slash), now, mayBlock);
    }
}
