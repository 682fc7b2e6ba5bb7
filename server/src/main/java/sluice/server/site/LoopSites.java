package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.Request;
import sluice.io.EventLoop;
import sluice.server.response.HttpClock;

/** A loop's view of a server's sites. Loop thread only. */
public final class LoopSites {
    private final Sites sites;
    private final EventLoop loop;
    private final HttpClock clock;
    private final int counter;
    private final boolean secure;
    private SiteTable table;
    /** Views of the sites of {@link #table}, made when a request first names them. */
    private @Nullable LoopSite[] made;

    /**
     * @param secure whether requests come over TLS
     */
    public LoopSites(Sites sites, EventLoop loop, boolean secure) {
        this.sites = sites;
        this.loop = loop;
        this.secure = secure;
        clock = new HttpClock(loop::now);
        counter = sites.nextCounter();
        table = sites.table();
        made = new LoopSite[table.size()];
    }

    public HttpClock clock() {
        return clock;
    }

    public EventLoop loop() {
        return loop;
    }

    /** The site that a request names, counted as used until {@link LoopSite#leave}. */
    public LoopSite enter(Request request) {
        LoopSite site;
        do {
            SiteTable now = current();
            int place = now.isOne() ? 0 : now.find(request);
            site = at(place);
            // A site that was just replaced has a successor, which the next try finds.
        } while (!site.enter());
        return site;
    }

    /** Whether the request that entered a site last is the last one of its connection. */
    public boolean areEnding() {
        return table.isEnding();
    }

    /** The site for bytes that name none, because they are no valid request. */
    public LoopSite enterAny() {
        LoopSite site;
        do {
            current();
            site = at(0);
        } while (!site.enter());
        return site;
    }

    private SiteTable current() {
        SiteTable now = sites.table();
        if (now != table) {
            table = now;
            made = new LoopSite[now.size()];
        }
        return now;
    }

    private LoopSite at(int place) {
        LoopSite site = made[place];
        if (site == null) {
            AllowedHosts hosts = table.hostsAt(place);
            site = new LoopSite(table.at(place), hosts, loop, clock, counter, secure);
            made[place] = site;
        }
        return site;
    }
}
