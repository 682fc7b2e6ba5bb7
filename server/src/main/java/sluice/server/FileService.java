package sluice.server;

import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.Service;
import sluice.server.http1.Http1Service;
import sluice.server.http1.PathLine;
import sluice.server.site.Site;
import sluice.server.trace.ResponseWatch;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * The files of a {@link Sluice} as a service, for loops that somebody else starts: {@link
 * sluice.io.Reactors}, or a loop of one's own. {@link FileServer} is the usual way. Any thread.
 */
public final class FileService implements Service, AutoCloseable {
    private final Site site;
    private final Http1Service service;

    private FileService(Site site, Http1Service service) {
        this.site = site;
        this.service = service;
    }

    /**
     * Opens the root.
     *
     * @param openFiles descriptors that files may take
     * @throws IOException if the directory cannot be opened
     */
    public static FileService open(Sluice settings, int openFiles) throws IOException {
        Site site = Site.open(settings.files(), settings.machinery().cell(), openFiles);
        PathLine pathLine = PathLine.of(settings.files(), settings.machinery());
        ResponseWatch watch = new ResponseWatch(settings.listeners());
        return new FileService(site, new Http1Service(site, watch, pathLine));
    }

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        return service.on(loop);
    }

    @Override
    public boolean wantsPeers() {
        return service.wantsPeers();
    }

    /** Forgets what nobody has asked for lately; about once a second. */
    public void sweep() {
        site.sweep(System.nanoTime());
    }

    /** Lets go of every file, when the loops have ended. */
    @Override
    public void close() {
        site.close();
    }
}
