package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;
import sluice.io.Layer;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.Machinery;
import sluice.io.Reactors;
import sluice.linux.Linux;
import sluice.linux.ProcessCalls;

import java.io.File;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A running server. Any thread. */
public final class FileServer implements AutoCloseable {
    private static final long SWEEP_NANOS = 1_000_000_000;

    private final FileService service;
    private final Reactors reactors;
    private final Thread sweeper;
    private volatile boolean closed;

    private FileServer(FileService service, Reactors reactors) {
        this.service = service;
        this.reactors = reactors;
        sweeper = Thread.ofPlatform().name("sluice-sweep").daemon().start(this::sweep);
    }

    static FileServer start(Sluice sluice) throws IOException {
        requireNone(sluice.machinery().refusal());
        return start(sluice, null);
    }

    /** Under a layer, which changes the machinery: responses tell the copy path really used. */
    static FileServer startUnder(Layer layer, Sluice sluice) throws IOException {
        requireNone(sluice.machinery().refusal());
        requireNone(layer.refusal(sluice.machinery()));
        return start(sluice.withMachinery(layer.under(sluice.machinery())), layer);
    }

    private static void requireNone(@Nullable String refusal) {
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
    }

    private static FileServer start(Sluice sluice, @Nullable Layer layer) throws IOException {
        DescriptorBudget budget = affordable(sluice.limits());
        FileService service = FileService.open(sluice, budget.openFiles());
        try {
            Limits limits = sluice.limits().withConnections(budget.connections());
            Machinery machinery = sluice.machinery();
            List<Listen> listeners = new ArrayList<>();
            sluice.addresses().forEach(address -> listeners.add(new Listen(address, service)));
            listeners.addAll(sluice.others());
            Reactors reactors = layer == null
                    ? Reactors.start(machinery, limits, listeners)
                    : Reactors.start(machinery, limits, listeners, layer);
            return new FileServer(service, reactors);
        } catch (IOException | RuntimeException e) {
            service.close();
            throw e;
        }
    }

    /** Raises the soft limit to the hard, and shares out what there is then. */
    private static DescriptorBudget affordable(Limits wanted) {
        if (!Linux.available()) {
            return DescriptorBudget.unlimited(wanted.connections());
        }
        ProcessCalls.raiseDescriptorLimit();
        ProcessCalls.@Nullable DescriptorLimit limit = ProcessCalls.descriptorLimit();
        return limit == null || limit.soft() < 0
                ? DescriptorBudget.unlimited(wanted.connections())
                : DescriptorBudget.of(limit.soft(), open(), wanted.connections());
    }

    /** Descriptors that this process has already; 0 where that cannot be known. */
    private static int open() {
        String @Nullable [] names = new File("/proc/self/fd").list();
        return names == null ? 0 : names.length;
    }

    private void sweep() {
        while (!closed) {
            LockSupport.parkNanos(SWEEP_NANOS);
            service.sweep();
        }
    }

    /**
     * Serves other files from now on, to all who name no site of its own. Requests under way are
     * answered from the files before; these close when the last of them is. Opening may wait for a
     * disk.
     *
     * @throws IOException if the directory cannot be opened; then all stays as it is
     */
    public void replace(ServedFiles files) throws IOException {
        service.replace(files);
    }

    /**
     * The same for a site of its own, which may be new.
     *
     * @param host without a port, in large or small letters
     * @throws IllegalArgumentException for what cannot be a host
     */
    public void replace(String host, ServedFiles files) throws IOException {
        service.replace(host, files);
    }

    /** The port it listens at; the first of several. */
    public int port() {
        return reactors.address().getPort();
    }

    /** Where it listens: for files in the order told, then for what else is served. */
    public List<InetSocketAddress> addresses() {
        return reactors.addresses();
    }

    /** Where a client finds it; the first of several. */
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
        service.close();
    }
}
