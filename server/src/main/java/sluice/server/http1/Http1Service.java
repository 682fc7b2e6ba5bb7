package sluice.server.http1;

import sluice.http.RequestHead;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.Service;
import sluice.server.limits.Clients;
import sluice.server.response.PathLine;
import sluice.server.site.LoopSites;
import sluice.server.site.Sites;
import sluice.server.trace.LoopTraces;
import sluice.server.trace.ResponseWatch;

import java.util.function.Supplier;

/**
 * Serves the sites of a server over HTTP/1.
 *
 * @param watch gets a record of each response
 * @param pathLine makes the field that says how a body is sent, for sites that want it
 * @param constant lines that every final response has, each with CR LF
 * @param clients who may ask
 */
public record Http1Service(
        Sites sites, ResponseWatch watch, PathLine pathLine, String constant, Clients clients)
        implements Service {
    /**
     * Objects that all connections of a loop share, since only one runs at a time.
     *
     * @param head parses one request after the other
     */
    record Shared(
            LoopSites sites,
            LoopTraces traces,
            RequestHead head,
            Http1Writer writer,
            Clients clients) {}

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        return on(new LoopSites(sites, loop, pathLine.isSecure()), tracesOn(loop));
    }

    /** Traces for all protocols of a loop, whose CPU time they share out. */
    public LoopTraces tracesOn(EventLoop loop) {
        return new LoopTraces(watch, loop);
    }

    /** The same as {@link #on(EventLoop)} beside another protocol on the loop. */
    public Supplier<Protocol> on(LoopSites loopSites, LoopTraces traces) {
        Http1Writer writer = new Http1Writer(loopSites.clock(), pathLine, constant);
        Shared shared = new Shared(loopSites, traces, new RequestHead(), writer, clients);
        return () -> new Http1Protocol(shared);
    }

    @Override
    public boolean wantsPeers() {
        return watch.hasListeners() || clients.areAsked();
    }
}
