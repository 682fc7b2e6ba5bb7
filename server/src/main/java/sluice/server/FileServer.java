package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressText;
import sluice.io.Counter;
import sluice.io.Layer;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.LoopState;
import sluice.io.Machinery;
import sluice.io.ProxiedService;
import sluice.io.Reactors;
import sluice.io.Service;
import sluice.io.Tls;
import sluice.io.TlsProvider;
import sluice.io.TlsSettings;
import sluice.server.http1.PageService;
import sluice.server.site.HttpsRedirect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A running server. Any thread. */
public final class FileServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("sluice.server");
    private static final long SWEEP_NANOS = 1_000_000_000;
    private static final Duration POLL = Duration.ofMillis(5);

    private final FileService service;
    private final Reactors reactors;
    private final @Nullable Tls tls;
    /** What it speaks, if that is not HTTP/1 alone as ever. */
    private final String speech;
    /** What listens without TLS beside what listens with it: {@link PlainListeners}. */
    private final @Nullable PlainListeners plain;

    private final Thread sweeper;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean draining;
    private volatile boolean closed;

    private FileServer(
            FileService service,
            Reactors reactors,
            @Nullable Tls tls,
            String speech,
            @Nullable PlainListeners plain) {
        this.service = service;
        this.speech = speech;
        this.reactors = reactors;
        this.tls = tls;
        this.plain = plain;
        sweeper = Thread.ofPlatform().name("sluice-sweep").daemon().start(this::sweep);
    }

    static FileServer start(Sluice sluice) throws IOException {
        requireNone(sluice.machinery().refusal());
        return start(sluice, null, null);
    }

    /** With TLS for all listeners. */
    static FileServer startSecure(TlsSettings settings, Sluice sluice) throws IOException {
        requireNone(sluice.machinery().refusal());
        Tls tls = Tls.open(
                        settings, sluice.machinery(), FileService.protocols(sluice), names(sluice))
                .behind(sluice.proxies().connections());
        requireNone(tls.layer().refusal(sluice.machinery()));
        return start(sluice, tls.layer(), tls);
    }

    /** What clients on this machine call it, and what it is told to be called. */
    private static Set<String> names(Sluice sluice) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        for (SocketAddress address : sluice.addresses()) {
            if (address instanceof InetSocketAddress inet) {
                names.add(inet.getAddress().getHostAddress());
            }
        }
        names.addAll(sluice.sites().keySet());
        return names;
    }

    /** Under a layer, which changes the machinery: responses tell the copy path really used. */
    static FileServer startUnder(Layer layer, Sluice sluice) throws IOException {
        requireNone(sluice.machinery().refusal());
        requireNone(layer.refusal(sluice.machinery()));
        return start(sluice, layer, null);
    }

    private static void requireNone(@Nullable String refusal) {
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
    }

    private static FileServer start(Sluice told, @Nullable Layer layer, @Nullable Tls tls)
            throws IOException {
        Sluice sluice = layer == null ? told : told.withMachinery(layer.under(told.machinery()));
        ProcessBudget budget = ProcessBudget.of(
                ProcessFacts.read(),
                sluice.machinery(),
                sluice.limits(),
                sluice.memory(),
                tls == null ? null : tls.provider());
        Machinery machinery = budget.within(sluice.machinery());
        FileService service = FileService.open(
                sluice,
                told.machinery().cell(),
                budget,
                tls == null ? "" : tls.layer().label());
        try {
            Limits limits = PlainListeners.shared(sluice, budget.within(sluice.limits()));
            List<Listen> listeners = new ArrayList<>();
            Service guarded = service.within(sluice.peers());
            // Under TLS the layer reads what comes before the handshake.
            Service served = tls != null
                    ? guarded
                    : ProxiedService.of(guarded, sluice.proxies().connections());
            sluice.addresses().forEach(address -> listeners.add(new Listen(address, served)));
            listeners.addAll(sluice.others());
            Reactors reactors = layer == null
                    ? Reactors.start(machinery, limits, listeners)
                    : Reactors.start(machinery, limits, listeners, layer);
            String speech = speech(sluice, tls != null, machinery);
            Service redirect = new PageService(new HttpsRedirect(() -> portOf(reactors)));
            PlainListeners plain = PlainListeners.start(
                    told.withMachinery(budget.within(told.machinery())),
                    limits,
                    service,
                    redirect,
                    reactors);
            return new FileServer(service, reactors, tls, speech, plain);
        } catch (IOException | RuntimeException e) {
            service.close();
            throw e;
        }
    }

    private static String speech(Sluice sluice, boolean secure, Machinery machinery) {
        String refusal = FileService.refusalOfHttp2(sluice.withMachinery(machinery));
        if (!secure) {
            return sluice.h2c() ? ", h2c and http/1.1" : "";
        }
        return refusal == null ? ", h2 and http/1.1" : ", http/1.1 alone (" + refusal + ")";
    }

    private void sweep() {
        while (!closed) {
            LockSupport.parkNanos(SWEEP_NANOS);
            service.sweep();
            lookAtCertificates();
        }
    }

    /**
     * Reads certificates again if their files have changed, as it does every second by itself. May
     * block on the disk.
     */
    public void lookAtCertificates() {
        if (tls != null) {
            tls.look((level, message) -> LOG.log(level, message));
        }
    }

    /**
     * Replaces the files for requests whose Host names no site. Requests in progress finish with
     * the old files, which close with the last of them. Opening may block on the disk.
     *
     * @throws IOException if the server cannot open the directory; then nothing changes
     */
    public void replace(ServedFiles files) throws IOException {
        service.replace(files);
    }

    /**
     * Replaces the files of a site, or adds the site.
     *
     * @param host without a port; case does not matter
     * @throws IllegalArgumentException if {@code host} is no host name
     */
    public void replace(String host, ServedFiles files) throws IOException {
        service.replace(host, files);
    }

    /**
     * Replaces the files of all sites in one step: each request is answered wholly by the old sites
     * or by the new ones. A site whose {@link ServedFiles} are equal to those before stays as it
     * is, with what it has cached; a site that is not among the new ones is there no more.
     *
     * @param files for requests whose Host names no site
     * @param sites by host, without a port
     * @param allowedHosts see {@link Sluice#hosts}
     * @throws IOException if the server cannot open a directory; then nothing changes
     * @throws IllegalArgumentException if a name is no host name
     */
    public void replaceAll(
            ServedFiles files, Map<String, ServedFiles> sites, Set<String> allowedHosts)
            throws IOException {
        service.replaceAll(files, sites, allowedHosts);
    }

    /** The port for plain http, which redirects to https; 0 if there is none. */
    public int redirectPort() {
        return plain == null ? 0 : plain.redirectPort();
    }

    /** The addresses without TLS, in the given order; none if no address has TLS. */
    public List<SocketAddress> plainAddresses() {
        return plain == null ? List.of() : plain.addresses();
    }

    /** The port of the first address that has one; 0 if it listens on Unix sockets only. */
    public int port() {
        return portOf(reactors);
    }

    private static int portOf(Reactors reactors) {
        return reactors.addresses().stream()
                .filter(InetSocketAddress.class::isInstance)
                .map(address -> ((InetSocketAddress) address).getPort())
                .findFirst()
                .orElse(0);
    }

    /** The addresses it listens on: those for files in the given order, then the others. */
    public List<SocketAddress> addresses() {
        return reactors.addresses();
    }

    /** The URI of the first address; {@code unix:FILE} of a Unix socket. */
    public URI uri() {
        return switch (addresses().getFirst()) {
            case UnixDomainSocketAddress unix ->
                URI.create("unix:" + unix.getPath().toUri().getRawPath());
            default -> uri(reactors.address().getAddress());
        };
    }

    /** The URI for clients that reach its first port by an address of this machine. */
    public URI uri(InetAddress address) {
        return URI.create((tls == null ? "http://" : "https://") + AddressText.inUri(address) + ":"
                + port() + "/");
    }

    /** Model, copy path, threads and protocols, in words. */
    public String description() {
        return reactors.description() + speech;
    }

    /** The sum of a counter over all loops; of a closed server what it was at the end. */
    public long count(Counter counter) {
        return reactors.count(counter) + (plain == null ? 0 : plain.reactors().count(counter));
    }

    /** SHA-256 of its first certificate, in hexadecimal; null without TLS. */
    public @Nullable String fingerprint() {
        return tls == null ? null : tls.fingerprint();
    }

    /** The library that encrypts, in words; null without TLS. */
    public @Nullable String tlsLibrary() {
        return tls == null ? null : tls.library();
    }

    /** Its loops and workers now; none if each connection has a thread of its own. */
    public List<LoopState> loops() {
        return plain == null
                ? reactors.loops()
                : Stream.concat(reactors.loops().stream(), plain.loops()).toList();
    }

    /** Whether it accepts no more connections, because it is to end. */
    public boolean isDraining() {
        return draining;
    }

    /** Who encrypts; null without TLS. */
    public @Nullable TlsProvider tlsProvider() {
        return tls == null ? null : tls.provider();
    }

    /** Connections open now. */
    public int connections() {
        return reactors.connections() + (plain == null ? 0 : plain.reactors().connections());
    }

    /**
     * Its listening sockets, for another process that takes its place; see {@link
     * Reactors#handOver}. Then this one should {@link #leave}.
     *
     * @return the descriptors, which stay this server's; none if its model cannot hand them over
     */
    public List<Integer> handOver() {
        List<Integer> own = reactors.handOver();
        if (own.isEmpty() || plain == null) {
            return own;
        }
        List<Integer> others = plain.reactors().handOver();
        return others.isEmpty()
                ? others
                : Stream.concat(own.stream(), others.stream()).toList();
    }

    /**
     * Like {@link #drain}, for a server whose sockets another process has: it first waits for the
     * next request on each open connection, answers it, and says that the connection ends. To close
     * an idle one could meet a request that is on its way.
     *
     * @param grace how long to wait for that
     * @param limit how long all of it may take
     */
    public boolean leave(Duration grace, Duration limit) throws InterruptedException {
        draining = true;
        long start = System.nanoTime();
        reactors.stopAccepting();
        if (plain != null) {
            plain.reactors().stopAccepting();
        }
        service.announceEnd();
        long wait = Math.min(grace.toNanos(), limit.toNanos());
        while (connections() > 0 && System.nanoTime() - start < wait) {
            Thread.sleep(POLL);
        }
        return drain(limit.minusNanos(System.nanoTime() - start));
    }

    /**
     * Stops accepting, lets every started response finish, and waits for that.
     *
     * @return whether all connections closed in time
     */
    public boolean drain(Duration limit) throws InterruptedException {
        draining = true;
        long start = System.nanoTime();
        boolean ended = reactors.drain(limit);
        return plain == null
                ? ended
                : plain.reactors().drain(limit.minusNanos(System.nanoTime() - start)) && ended;
    }

    /**
     * Waits until another thread has closed the server: for a main method that has nothing else to
     * do.
     */
    public void awaitClosed() throws InterruptedException {
        ended.await();
    }

    /** Resets open connections and closes all files. */
    @Override
    public void close() {
        synchronized (ended) {
            if (closed) {
                return;
            }
            closed = true;
        }
        draining = true;
        LockSupport.unpark(sweeper);
        reactors.close();
        if (plain != null) {
            plain.reactors().close();
        }
        service.close();
        ended.countDown();
    }
}
