package sluice.server;

import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.Service;
import sluice.io.TlsSettings;
import sluice.server.http1.Http1Service;
import sluice.server.http1.PathLine;
import sluice.server.site.AllowedHosts;
import sluice.server.site.ServerResources;
import sluice.server.site.Sites;
import sluice.server.trace.ResponseWatch;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * The files of a {@link Sluice} as a service, for loops that somebody else starts: {@link
 * sluice.io.Reactors}, or a loop of one's own. {@link FileServer} is the usual way. Any thread.
 */
public final class FileService implements Service, AutoCloseable {
    /** What the service speaks, by the names of ALPN (RFC 7301 section 6). */
    static final List<String> PROTOCOLS = List.of("http/1.1");

    private final Sites sites;
    private final Http1Service http1;

    private FileService(Sites sites, Http1Service http1) {
        this.sites = sites;
        this.http1 = http1;
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
        return open(settings, budget.withOpenFiles(openFiles));
    }

    static FileService open(Sluice settings, ProcessBudget budget) throws IOException {
        ServerResources resources = new ServerResources(settings.machinery().cell(), budget);
        AllowedHosts hosts = AllowedHosts.of(settings.addresses(), settings.hosts());
        Sites sites = new Sites(settings.files(), settings.sites(), hosts, resources);
        ResponseWatch watch = new ResponseWatch(settings.listeners());
        PathLine pathLine = PathLine.of(settings.machinery(), settings.tls() != null);
        return new FileService(sites, new Http1Service(sites, watch, pathLine, constant(settings)));
    }

    /** Strict-Transport-Security (RFC 6797 section 6.1) only over TLS. */
    private static String constant(Sluice settings) {
        TlsSettings tls = settings.tls();
        return tls == null || tls.hsts() == null
                ? ""
                : "Strict-Transport-Security: max-age=" + tls.hsts().toSeconds() + "\r\n";
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

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        return http1.on(loop);
    }

    @Override
    public List<String> protocols() {
        return PROTOCOLS;
    }

    @Override
    public boolean wantsPeers() {
        return http1.wantsPeers();
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
