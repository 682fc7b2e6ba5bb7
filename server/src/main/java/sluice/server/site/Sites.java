package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.server.ServedFiles;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sites of a server. A site can be replaced while requests use it: later requests find the new
 * site, and the old site closes when the last request that began with it has its response. Any
 * thread may call.
 */
public final class Sites {
    private final ServerResources resources;
    /** All sites that are not closed yet, including replaced ones. */
    private final Set<Site> open = ConcurrentHashMap.newKeySet();

    private final AtomicInteger loops = new AtomicInteger();
    private volatile SiteTable table;
    private boolean closed;

    /**
     * Opens the roots.
     *
     * @param hosts that a request for the first site may name
     * @throws IOException if a directory cannot be opened; then none stays open
     */
    public Sites(
            ServedFiles first,
            Map<String, ServedFiles> named,
            AllowedHosts hosts,
            ServerResources resources)
            throws IOException {
        this.resources = resources;
        try {
            Site other = opened(first);
            Map<String, Site> sites = new LinkedHashMap<>();
            for (Map.Entry<String, ServedFiles> entry : named.entrySet()) {
                sites.put(SiteTable.key(entry.getKey()), opened(entry.getValue()));
            }
            table = new SiteTable(other, sites, hosts);
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

    /** The sites that requests find now. */
    public SiteTable table() {
        return table;
    }

    /** The counter of {@link UseCount} for another loop. */
    int nextCounter() {
        return loops.getAndIncrement();
    }

    /**
     * Serves other files under a name, which may be new.
     *
     * @param name null for all names that no site has
     * @throws IOException if the directory cannot be opened; then nothing changes
     */
    public synchronized void replace(@Nullable String name, ServedFiles files) throws IOException {
        requireOpen();
        String key = name == null ? null : SiteTable.key(name);
        Site next = opened(files);
        Site before = table.exactly(key);
        // Publish, then retire: a request that the old site refuses finds the new one.
        table = table.with(key, next);
        if (before != null) {
            before.retire();
        }
    }

    /**
     * Serves other files under all names, in one step. A site whose files are described as before
     * stays, with what it has cached; one that is not named any more is closed.
     *
     * @param hosts that a request for the first site may name
     * @throws IOException if a directory cannot be opened; then nothing changes
     */
    public synchronized void replaceAll(
            ServedFiles first, Map<String, ServedFiles> named, AllowedHosts hosts)
            throws IOException {
        requireOpen();
        List<Site> made = new ArrayList<>();
        try {
            Site other = keptOrOpened(null, first, made);
            Map<String, Site> sites = new LinkedHashMap<>();
            for (Map.Entry<String, ServedFiles> entry : named.entrySet()) {
                String key = SiteTable.key(entry.getKey());
                sites.put(key, keptOrOpened(key, entry.getValue(), made));
            }
            List<Site> before = table.all();
            table = new SiteTable(other, sites, hosts);
            Set<Site> now = Set.copyOf(table.all());
            before.stream().filter(site -> !now.contains(site)).forEach(Site::retire);
        } catch (IOException | RuntimeException e) {
            made.forEach(Site::retire);
            throw e;
        }
    }

    /** Each connection of HTTP/1 ends with the response to its next request. */
    public synchronized void announceEnd() {
        table = table.ending();
    }

    private Site keptOrOpened(@Nullable String key, ServedFiles files, List<Site> made)
            throws IOException {
        Site before = table.exactly(key);
        if (before != null && before.options().equals(files)) {
            return before;
        }
        Site site = opened(files);
        made.add(site);
        return site;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the server is closed");
        }
    }

    /** Called from time to time, to evict idle files and remove what uploads left behind. */
    public void sweep(long now) {
        resources.eviction().sweep(now);
        open.removeIf(Site::isClosed);
        for (Site site : open) {
            site.sweep(now);
        }
    }

    /** Closes all sites. A root in use stays open, so that no other file gets its descriptor. */
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
