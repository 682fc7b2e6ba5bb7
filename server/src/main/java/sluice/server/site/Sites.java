package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.server.ServedFiles;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sites of a server, each of which can be replaced while it is used: who comes from then on
 * finds the new one, and the old one closes when the last request that began with it has its
 * answer. Any thread.
 */
public final class Sites {
    private final ServerResources resources;
    /** All that are not closed yet, those that were replaced as well. */
    private final Set<Site> open = ConcurrentHashMap.newKeySet();

    private final AtomicInteger loops = new AtomicInteger();
    private volatile SiteTable table;
    private boolean closed;

    /**
     * Opens the roots.
     *
     * @throws IOException if a directory cannot be opened; then none is
     */
    public Sites(ServedFiles first, Map<String, ServedFiles> named, ServerResources resources)
            throws IOException {
        this.resources = resources;
        try {
            Site other = opened(first);
            Map<String, Site> sites = new LinkedHashMap<>();
            for (Map.Entry<String, ServedFiles> entry : named.entrySet()) {
                sites.put(SiteTable.key(entry.getKey()), opened(entry.getValue()));
            }
            table = new SiteTable(other, sites);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Site opened(ServedFiles files) throws IOException {
        Site site = Site.open(files, resources);
        open.add(site);
        return site;
    }

    /** Those that are found now. */
    public SiteTable table() {
        return table;
    }

    /** Which counter of {@link UseCount} another loop should take. */
    int nextCounter() {
        return loops.getAndIncrement();
    }

    /**
     * Serves other files by a name that may be new.
     *
     * @param name null for all names that no site has
     * @throws IOException if the directory cannot be opened; then all stays as it is
     */
    public synchronized void replace(@Nullable String name, ServedFiles files) throws IOException {
        if (closed) {
            throw new IllegalStateException("the server is closed");
        }
        String key = name == null ? null : SiteTable.key(name);
        Site next = opened(files);
        Site before = table.exactly(key);
        // First found, then retired: whoever is refused by the old one finds the new one.
        table = table.with(key, next);
        if (before != null) {
            before.retire();
        }
    }

    /** What is to be done from time to time. */
    public void sweep(long now) {
        resources.eviction().sweep(now);
        open.removeIf(Site::isClosed);
        for (Site site : open) {
            site.sweep(now);
        }
    }

    /** A root that a task still uses stays open: its descriptor must not become another's. */
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        open.forEach(Site::stopSweeping);
        boolean quiet = resources.close();
        open.forEach(site -> site.close(quiet));
    }
}
