package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressText;
import sluice.io.Counter;
import sluice.io.Layer;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.LoopState;
import sluice.io.Machinery;
import sluice.io.Reactor;
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
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    /** Answers in plain http. */
    private final @Nullable Reactors redirects;

    private final Thread sweeper;
    private volatile boolean draining;
    private volatile boolean closed;

    private FileServer(
            FileService service,
            Reactors reactors,
            @Nullable Tls tls,
            String speech,
            @Nullable Reactors redirects) {
        this.service = service;
        this.speech = speech;
        this.reactors = reactors;
        this.tls = tls;
        this.redirects = redirects;
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
                settings, sluice.machinery(), FileService.protocols(sluice), names(sluice));
        requireNone(tls.layer().refusal(sluice.machinery()));
        Machinery machinery = tls.layer().under(sluice.machinery());
        return start(sluice.withMachinery(machinery), tls.layer(), tls);
    }

    /** What clients on this machine call it, and what it is told to be called. */
    private static Set<String> names(Sluice sluice) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        for (InetSocketAddress address : sluice.addresses()) {
            names.add(address.getAddress().getHostAddress());
        }
        names.addAll(sluice.sites().keySet());
        return names;
    }

    /** Under a layer, which changes the machinery: responses tell the copy path really used. */
    static FileServer startUnder(Layer layer, Sluice sluice) throws IOException {
        requireNone(sluice.machinery().refusal());
        requireNone(layer.refusal(sluice.machinery()));
        return start(sluice.withMachinery(layer.under(sluice.machinery())), layer, null);
    }

    private static void requireNone(@Nullable String refusal) {
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
    }

    private static FileServer start(Sluice sluice, @Nullable Layer layer, @Nullable Tls tls)
            throws IOException {
        ProcessBudget budget = ProcessBudget.of(
                ProcessFacts.read(),
                sluice.machinery(),
                sluice.limits(),
                sluice.memory(),
                tls == null ? null : tls.provider());
        Machinery machinery = budget.within(sluice.machinery());
        FileService service =
                FileService.open(sluice, budget, tls == null ? "" : tls.layer().label());
        try {
            Limits limits = budget.within(sluice.limits());
            List<Listen> listeners = new ArrayList<>();
            Service served = service.within(sluice.peers());
            sluice.addresses().forEach(address -> listeners.add(new Listen(address, served)));
            listeners.addAll(sluice.others());
            Reactors reactors = layer == null
                    ? Reactors.start(machinery, limits, listeners)
                    : Reactors.start(machinery, limits, listeners, layer);
            String speech = speech(sluice, tls != null, machinery);
            return new FileServer(service, reactors, tls, speech, redirects(sluice, reactors));
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

    /** A layer is under all listeners of its reactors, so plain http has a loop of its own. */
    private static @Nullable Reactors redirects(Sluice sluice, Reactors secure) throws IOException {
        InetSocketAddress at = sluice.tls() == null ? null : sluice.tls().redirect();
        if (at == null) {
            return null;
        }
        PageService service =
                new PageService(new HttpsRedirect(() -> secure.address().getPort()));
        try {
            return Reactors.start(
                    sluice.machinery().withReactor(Reactor.SINGLE),
                    sluice.limits(),
                    List.of(new Listen(at, service)));
        } catch (IOException | RuntimeException e) {
            secure.close();
            throw e;
        }
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
        return redirects == null ? 0 : redirects.address().getPort();
    }

    /** The port of the first address. */
    public int port() {
        return reactors.address().getPort();
    }

    /** The addresses it listens on: those for files in the given order, then the others. */
    public List<InetSocketAddress> addresses() {
        return reactors.addresses();
    }

    /** The URI of the first address. */
    public URI uri() {
        return uri(reactors.address().getAddress());
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

    /** The sum of a counter over all loops. */
    public long count(Counter counter) {
        return reactors.count(counter);
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
        return reactors.loops();
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
        return reactors.connections();
    }

    /**
     * Its listening sockets, for another process that takes its place; see {@link
     * Reactors#handOver}. Then this one should {@link #leave}.
     *
     * @return the descriptors, which stay this server's; none if its model cannot hand them over
     */
    public List<Integer> handOver() {
        List<Integer> own = reactors.handOver();
        if (own.isEmpty() || redirects == null) {
            return own;
        }
        List<Integer> plain = redirects.handOver();
        return plain.isEmpty()
                ? plain
                : Stream.concat(own.stream(), plain.stream()).toList();
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
        if (redirects != null) {
            redirects.stopAccepting();
        }
        service.announceEnd();
        long wait = Math.min(grace.toNanos(), limit.toNanos());
        while (reactors.connections() > 0 && System.nanoTime() - start < wait) {
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
        return reactors.drain(limit);
    }

    /** Resets open connections and closes all files. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        draining = true;
        LockSupport.unpark(sweeper);
        reactors.close();
        if (redirects != null) {
            redirects.close();
        }
        service.close();
    }
}
