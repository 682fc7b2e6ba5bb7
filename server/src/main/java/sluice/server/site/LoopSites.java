package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.Request;
import sluice.io.EventLoop;
import sluice.server.response.HttpClock;

/** The sites of a server as one loop serves them. Loop thread only. */
public final class LoopSites {
    private final Sites sites;
    private final EventLoop loop;
    private final HttpClock clock;
    private final int counter;
    private SiteTable table;
    /** Made for the sites of {@link #table} as they are asked for. */
    private @Nullable LoopSite[] made;

    public LoopSites(Sites sites, EventLoop loop) {
        this.sites = sites;
        this.loop = loop;
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

    /** The site that a request names, used until {@link LoopSite#leave}. */
    public LoopSite enter(Request request) {
        LoopSite site;
        do {
            SiteTable now = current();
            int place = now.isOne() ? 0 : now.find(request);
            site = at(place);
            // One that has just been replaced has a successor, which is found next.
        } while (!site.enter());
        return site;
    }

    /** The site for what names none, as bytes that are no request do. */
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
            site = new LoopSite(table.at(place), loop, clock, counter);
            made[place] = site;
        }
        return site;
    }
}
