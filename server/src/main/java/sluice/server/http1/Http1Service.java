package sluice.server.http1;

import org.jspecify.annotations.Nullable;

import sluice.http.RequestHead;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.Service;
import sluice.server.site.LoopSite;
import sluice.server.site.Site;
import sluice.server.trace.ResponseWatch;

import java.util.function.Supplier;

/**
 * A site by HTTP/1.
 *
 * @param watch who is told of responses
 * @param pathLine tells in heads how bodies travel, or null
 */
public record Http1Service(
        Site site, ResponseWatch watch, @Nullable PathLine pathLine) implements Service {
    /**
     * What all connections of a loop share, since only one runs at a time.
     *
     * @param head reads one request after the other
     */
    record Shared(
            Site site,
            ResponseWatch watch,
            LoopSite loopSite,
            RequestHead head,
            Http1Writer writer) {}

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        LoopSite loopSite = new LoopSite(site, loop);
        Http1Writer writer = new Http1Writer(loopSite.clock(), pathLine);
        Shared shared = new Shared(site, watch, loopSite, new RequestHead(), writer);
        return () -> new Http1Protocol(shared);
    }

    @Override
    public boolean wantsPeers() {
        return watch.hasListeners();
    }
}
