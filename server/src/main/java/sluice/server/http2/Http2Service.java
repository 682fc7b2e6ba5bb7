package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.http.Fields;
import sluice.io.EventLoop;
import sluice.io.Machinery;
import sluice.io.Protocol;
import sluice.io.Reactor;
import sluice.io.Service;
import sluice.server.limits.Clients;
import sluice.server.response.PathLine;
import sluice.server.site.LoopSites;
import sluice.server.site.Sites;
import sluice.server.trace.LoopTraces;
import sluice.server.trace.ResponseWatch;

import java.util.function.Supplier;

/**
 * Serves the sites of a server over HTTP/2.
 *
 * @param watch gets a record of each response
 * @param pathLine makes the field that says how a body is sent, for sites that want it
 * @param constant fields that every final response has
 * @param clients who may ask
 */
public record Http2Service(
        Sites sites, ResponseWatch watch, PathLine pathLine, Fields constant, Clients clients)
        implements Service {
    /** Its name in ALPN, RFC 9113 section 3.1. */
    public static final String NAME = "h2";

    /** Objects that all connections of a loop share, since only one runs at a time. */
    record Shared(
            LoopSites sites,
            LoopTraces traces,
            RequestReader reader,
            Http2Writer writer,
            Clients clients) {}

    /** Why loops of this machinery cannot speak it; null if they can. */
    public static @Nullable String refusal(Machinery machinery) {
        if (machinery.cell().hasThreads()) {
            return "HTTP/2 sends and receives at once, and the threads of model "
                    + machinery.cell().model().label() + " do one of the two; use --model epoll";
        }
        return machinery.reactor() == Reactor.WORKERS
                ? "HTTP/2 sends and receives at once, and reactor workers hands a connection to and"
                        + " fro; use --reactor single"
                : null;
    }

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        return on(new LoopSites(sites, loop, pathLine.isSecure()), new LoopTraces(watch, loop));
    }

    /** The same beside another protocol on the loop. */
    public Supplier<Protocol> on(LoopSites loopSites, LoopTraces traces) {
        Http2Writer writer = new Http2Writer(loopSites.clock(), pathLine.forFrames(), constant);
        RequestReader reader = new RequestReader(loopSites.loop().resources().newBlock());
        Shared shared = new Shared(loopSites, traces, reader, writer, clients);
        return () -> new Http2Protocol(shared);
    }

    @Override
    public boolean wantsPeers() {
        return watch.hasListeners() || clients.areAsked();
    }
}
