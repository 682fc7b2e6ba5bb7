package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.http.Fields;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.EventLoop;
import sluice.io.Machinery;
import sluice.io.Protocol;
import sluice.io.ProtocolChoice;
import sluice.io.Service;
import sluice.io.TlsSettings;
import sluice.server.http1.Http1Service;
import sluice.server.http2.Http2Service;
import sluice.server.http2.PriorKnowledge;
import sluice.server.limits.Clients;
import sluice.server.limits.GuardedService;
import sluice.server.response.PathLine;
import sluice.server.site.AllowedHosts;
import sluice.server.site.LoopSites;
import sluice.server.site.ServerResources;
import sluice.server.site.Sites;
import sluice.server.trace.LoopTraces;
import sluice.server.trace.ResponseWatch;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The files of a {@link Sluice} as a service, for loops that somebody else starts: {@link
 * sluice.io.Reactors}, or a loop of one's own. {@link FileServer} is the usual way. Any thread.
 */
public final class FileService implements Service, AutoCloseable {
    private static final String HTTP_1 = "http/1.1";

    private final Sites sites;
    private final Http1Service http1;
    /** Null where loops cannot speak it. */
    private final @Nullable Http2Service http2;

    private final Clients clients;
    /** Those that it was opened with. */
    private final Sluice settings;

    private FileService(
            Sites sites,
            Http1Service http1,
            @Nullable Http2Service http2,
            Clients clients,
            Sluice settings) {
        this.clients = clients;
        this.sites = sites;
        this.http1 = http1;
        this.http2 = http2;
        this.settings = settings;
    }

    /** Why the server does not speak HTTP/2; null if it does. */
    static @Nullable String refusalOfHttp2(Sluice settings) {
        return Http2Service.refusal(settings.machinery());
    }

    /** Why the server cannot send files that have holes; null if it can, or there are none. */
    private static @Nullable String refusalOfTier(Sluice settings) {
        boolean local = settings.files().tier() == null
                && settings.sites().values().stream().allMatch(files -> files.tier() == null);
        Machinery machinery = settings.machinery();
        if (local
                || machinery.cell().readsInTheCall()
                        && machinery.copying().coldGuard()
                        && machinery.cell().copy() != CopyMode.ZEROCOPY) {
            return null;
        }
        return "objects of a store need a model of readiness, such as epoll, with the cold guard";
    }

    /** What a service speaks, by the names of ALPN (RFC 7301 section 6). */
    static List<String> protocols(Sluice settings) {
        return refusalOfHttp2(settings) == null
                ? List.of(Http2Service.NAME, HTTP_1)
                : List.of(HTTP_1);
    }

    /**
     * Opens the roots.
     *
     * @param settings whose addresses should be those that the service is reached at, because they
     *     decide which hosts it answers to ({@link Sluice#hosts})
     * @param openFiles descriptors that files may take
     * @throws IOException if a directory cannot be opened
     * @throws IllegalArgumentException if this machine cannot run the machinery, with the reason
     */
    public static FileService open(Sluice settings, int openFiles) throws IOException {
        String refusal = settings.machinery().refusal();
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        ProcessBudget budget = ProcessBudget.of(
                ProcessFacts.read(), settings.machinery(), settings.limits(), settings.memory());
        Cell asked = settings.machinery().cell();
        return open(settings, asked, budget.withOpenFiles(openFiles), "");
    }

    /**
     * @param asked what was asked for, where the settings have what that means under a layer: small
     *     files are sent from memory there, too
     * @param tls who encrypts; empty if nobody does
     */
    static FileService open(Sluice settings, Cell asked, ProcessBudget budget, String tls)
            throws IOException {
        String hole = refusalOfTier(settings);
        if (hole != null) {
            throw new IllegalArgumentException(hole);
        }
        String refusal = refusalOfHttp2(settings);
        if (refusal != null && settings.h2c()) {
            throw new IllegalArgumentException(refusal);
        }
        ServerResources resources = new ServerResources(asked, budget);
        AllowedHosts hosts = AllowedHosts.of(settings.reachedAt(), settings.hosts());
        Sites sites = new Sites(settings.files(), settings.sites(), hosts, resources);
        Clients clients = new Clients(settings.peers(), settings.proxies());
        ResponseWatch watch = new ResponseWatch(settings.listeners());
        PathLine pathLine = PathLine.of(settings.machinery(), tls);
        Fields constant = constant(settings);
        byte[] lines = new byte[constant.length()];
        constant.copyTo(MemorySegment.ofArray(lines), 0);
        String text = new String(lines, StandardCharsets.ISO_8859_1);
        return new FileService(
                sites,
                new Http1Service(sites, watch, pathLine, text, clients),
                refusal == null
                        ? new Http2Service(sites, watch, pathLine, constant, clients)
                        : null,
                clients,
                settings);
    }

    /** Strict-Transport-Security (RFC 6797 section 6.1) only over TLS. */
    private static Fields constant(Sluice settings) {
        TlsSettings tls = settings.tls();
        return tls == null || tls.hsts() == null
                ? Fields.NONE
                : Fields.NONE.with(
                        "Strict-Transport-Security", "max-age=" + tls.hsts().toSeconds());
    }

    /**
     * Serves other files from now on to who names no site of its own: see {@link
     * FileServer#replace(ServedFiles)}.
     */
    public void replace(ServedFiles files) throws IOException {
        sites.replace(null, files);
    }

    /** Replaces the files of one host: see {@link FileServer#replace(String, ServedFiles)}. */
    public void replace(String host, ServedFiles files) throws IOException {
        sites.replace(host, files);
    }

    /** Replaces all of them in one step: see {@link FileServer#replaceAll}. */
    public void replaceAll(
            ServedFiles files, Map<String, ServedFiles> named, Set<String> allowedHosts)
            throws IOException {
        AllowedHosts hosts = AllowedHosts.of(settings.reachedAt(), allowedHosts);
        sites.replaceAll(files, named, hosts);
    }

    /**
     * The same files for connections without TLS, by HTTP/1: no Strict-Transport-Security, which
     * may not be said there (RFC 6797 section 7.2), and the copy paths that TLS has no use for.
     *
     * @param own settings with the machinery of these connections
     */
    FileService withoutTls(Sluice own) {
        PathLine pathLine = PathLine.of(own.machinery(), "");
        Http1Service service = new Http1Service(sites, http1.watch(), pathLine, "", clients);
        return new FileService(sites, service, null, clients, own);
    }

    /** Ends each connection of HTTP/1 from now on with the response to its next request. */
    void announceEnd() {
        sites.announceEnd();
    }

    /** The same service, which keeps each client to its bounds; itself if there are none. */
    Service within(PeerLimits limits) {
        return limits.connections() == 0 ? this : new GuardedService(this, clients);
    }

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        LoopSites loopSites = new LoopSites(sites, loop, http1.pathLine().isSecure());
        LoopTraces traces = http1.tracesOn(loop);
        Supplier<Protocol> first = http1.on(loopSites, traces);
        if (http2 == null) {
            return first;
        }
        Supplier<Protocol> second = http2.on(loopSites, traces);
        return new ProtocolChoice() {
            @Override
            public Protocol get() {
                return settings.h2c() ? new PriorKnowledge(first, second) : first.get();
            }

            @Override
            public Protocol get(String agreed) {
                return agreed.equals(Http2Service.NAME) ? second.get() : first.get();
            }
        };
    }

    @Override
    public List<String> protocols() {
        return http2 == null ? List.of(HTTP_1) : List.of(Http2Service.NAME, HTTP_1);
    }

    @Override
    public boolean wantsPeers() {
        return http1.wantsPeers() || hasApplications();
    }

    private boolean hasApplications() {
        return Stream.concat(Stream.of(settings.files()), settings.sites().values().stream())
                .anyMatch(files -> !files.rules().applications().isEmpty());
    }

    /** Forgets what nobody has asked for lately; about once a second. */
    public void sweep() {
        sites.sweep(System.nanoTime());
    }

    /** Lets go of every file, when the loops have ended. */
    @Override
    public void close() {
        sites.close();
    }
}
