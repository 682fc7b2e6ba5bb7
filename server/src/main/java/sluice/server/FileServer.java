package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;
import sluice.io.Limits;
import sluice.io.Reactors;
import sluice.linux.Linux;
import sluice.linux.ProcessCalls;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A running server. Any thread. */
public final class FileServer implements AutoCloseable {
    /** Files kept open: as many as a busy site has, and few beside the connections. */
    private static final int OPEN_FILES_MAX = 2_048;
    /** Descriptors for everything that is neither a connection nor a served file. */
    private static final int DESCRIPTORS_RESERVED = 256;

    private static final long SWEEP_NANOS = 1_000_000_000;

    private final Site site;
    private final Reactors reactors;
    private final Thread sweeper;
    private volatile boolean closed;

    private FileServer(Site site, Reactors reactors) {
        this.site = site;
        this.reactors = reactors;
        sweeper = Thread.ofPlatform().name("sluice-sweep").daemon().start(this::sweep);
    }

    static FileServer start(Sluice sluice) throws IOException {
        String refusal = sluice.cell().refusal();
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        Site site = Site.open(sluice, OPEN_FILES_MAX);
        try {
            Reactors.Settings settings = new Reactors.Settings(
                    sluice.cell(),
                    sluice.reactor(),
                    sluice.loops(),
                    sluice.address(),
                    affordable(sluice.limits()));
            return new FileServer(site, Reactors.start(settings, site));
        } catch (IOException | RuntimeException e) {
            site.close();
            throw e;
        }
    }

    /**
     * As many connections as the process has descriptors for: raises the soft limit to the hard.
     */
    private static Limits affordable(Limits wanted) {
        if (!Linux.available()) {
            return wanted;
        }
        ProcessCalls.raiseDescriptorLimit();
        ProcessCalls.@Nullable DescriptorLimit limit = ProcessCalls.descriptorLimit();
        if (limit == null) {
            return wanted;
        }
        // A file may be open twice: once more as a channel, for transferTo.
        long left = limit.soft() - 2L * OPEN_FILES_MAX - DESCRIPTORS_RESERVED;
        int most = (int) Math.clamp(left, limit.soft() / 2, Integer.MAX_VALUE);
        return wanted.withConnections(Math.min(wanted.connections(), most));
    }

    private void sweep() {
        while (!closed) {
            LockSupport.parkNanos(SWEEP_NANOS);
            site.cache().sweep(System.nanoTime());
        }
    }

    /** The port it listens at. */
    public int port() {
        return reactors.address().getPort();
    }

    /** Where a client finds it. */
    public URI uri() {
        InetSocketAddress address = reactors.address();
        String host = address.getAddress().getHostAddress();
        return URI.create("http://"
                + (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host)
                + ":" + address.getPort() + "/");
    }

    /** What it is made of, in words. */
    public String description() {
        return reactors.description();
    }

    /** A counter's sum over all loops. */
    public long count(Counter counter) {
        return reactors.count(counter);
    }

    /** Connections open now. */
    public int connections() {
        return reactors.connections();
    }

    /**
     * Accepts no more, lets every answer that was begun be finished, and waits for that.
     *
     * @return whether all connections had ended in time
     */
    public boolean drain(Duration limit) throws InterruptedException {
        return reactors.drain(limit);
    }

    /** Tears what is still open, and lets go of every file. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LockSupport.unpark(sweeper);
        reactors.close();
        site.close();
    }
}
