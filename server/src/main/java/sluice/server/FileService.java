package sluice.server;

import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.Service;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * The files of a {@link Sluice} as a service, for loops that somebody else starts: {@link
 * sluice.io.Reactors}, or a loop of one's own. {@link FileServer} is the usual way. Any thread.
 */
public final class FileService implements Service, AutoCloseable {
    private final Site site;

    private FileService(Site site) {
        this.site = site;
    }

    /**
     * Opens the root.
     *
     * @param openFiles descriptors that files may take
     * @throws IOException if the directory cannot be opened
     */
    public static FileService open(Sluice settings, int openFiles) throws IOException {
        return new FileService(Site.open(settings, openFiles));
    }

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        return site.on(loop);
    }

    @Override
    public boolean wantsPeers() {
        return site.wantsPeers();
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
