package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.Layer;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.Machinery;
import sluice.io.TlsSettings;
import sluice.server.site.AllowedHosts;
import sluice.server.site.SiteTable;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A file server to be started: {@code Sluice.builder().root(path).port(0).build().start()}.
 *
 * @param addresses where the file service listens: addresses of TCP, whose port 0 takes a free one,
 *     and of Unix sockets
 * @param plain where the file service is reached by http without TLS, beside addresses with TLS;
 *     these have loops of their own, and each kind of address has half of the connections
 * @param others listeners of other services, on the same loops
 * @param tls how {@code addresses} and {@code others} speak TLS; null for none
 * @param h2c whether a client without TLS may begin with HTTP/2
 * @param machinery I/O model, reactor design, copy path
 * @param limits bounds on connections, buffers and waits
 * @param peers bounds for each client
 * @param proxies whose word for who the client is counts
 * @param memory how much memory the server plans with
 * @param files files for requests whose Host names no site
 * @param sites files by host name, without a port
 * @param hosts names that a request may have in Host, beside those of sites, if all addresses are
 *     loopback ones: other machines have no business there, but a web page can send its visitor's
 *     browser (DNS rebinding). localhost, names below it, addresses and the names of {@code
 *     addresses} are always allowed, "*" allows every name; any other is answered with 421
 * @param listeners called for each response
 */
public record Sluice(
        List<SocketAddress> addresses,
        List<SocketAddress> plain,
        List<Listen> others,
        @Nullable TlsSettings tls,
        boolean h2c,
        Machinery machinery,
        Limits limits,
        PeerLimits peers,
        TrustedProxies proxies,
        MemoryPlan memory,
        ServedFiles files,
        Map<String, ServedFiles> sites,
        Set<String> hosts,
        List<Consumer<ResponseRecord>> listeners) {
    /**
     * @throws IllegalArgumentException without an address, for an unresolved host, and for a site
     *     whose name is no host name or is given twice, and for a host that is no name
     */
    public Sluice {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address to listen on: give at least one");
        }
        addresses.forEach(Listen::requireResolved);
        plain.forEach(Listen::requireResolved);
        if (tls == null && !plain.isEmpty()) {
            throw new IllegalArgumentException(
                    "an address without TLS has no effect where no address has TLS");
        }
        Map<String, ServedFiles> byKey = new LinkedHashMap<>();
        sites.forEach((name, site) -> {
            if (byKey.put(SiteTable.key(name), site) != null) {
                throw new IllegalArgumentException("site " + name + " is given twice");
            }
        });
        addresses = List.copyOf(addresses);
        plain = List.copyOf(plain);
        others = List.copyOf(others);
        sites = Collections.unmodifiableMap(byKey);
        hosts = Set.copyOf(hosts);
        AllowedHosts.of(Stream.concat(addresses.stream(), plain.stream()).toList(), hosts);
        listeners = List.copyOf(listeners);
    }

    /** Starts from the defaults: this directory, loopback, port 8000, the best model here. */
    public static Builder builder() {
        return new Builder();
    }

    /** All addresses of files, with TLS and without. */
    public List<SocketAddress> reachedAt() {
        return Stream.concat(addresses.stream(), plain.stream()).toList();
    }

    /** A copy with another machinery. */
    Sluice withMachinery(Machinery other) {
        return new Sluice(
                addresses, plain, others, tls, h2c, other, limits, peers, proxies, memory, files,
                sites, hosts, listeners);
    }

    /**
     * Starts a server, which runs until it is closed.
     *
     * @throws IOException if the server cannot open the directory or listen on the address
     * @throws IllegalArgumentException if this machine cannot run the machinery, with the reason
     */
    public FileServer start() throws IOException {
        return tls == null ? FileServer.start(this) : FileServer.startSecure(tls, this);
    }

    /**
     * Starts a server with a layer between all connections and the network.
     *
     * @throws IOException if the server cannot open the directory or listen on the address
     * @throws IllegalArgumentException if this machine cannot run the machinery, or the layer
     *     cannot be used with it, with the reason
     */
    public FileServer start(Layer layer) throws IOException {
        if (tls != null) {
            throw new IllegalArgumentException("TLS is a layer, and there is room for one");
        }
        return FileServer.startUnder(layer, this);
    }

    /**
     * Collects settings, in any order; each has a default. A record refuses impossible values when
     * it is created.
     */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int port = 8_000;
        private @Nullable TlsSettings tls;
        private boolean h2c;
        private Machinery machinery = Machinery.defaults();
        private Limits limits = Limits.defaults();
        private PeerLimits peers = PeerLimits.NONE;
        private TrustedProxies proxies = TrustedProxies.NONE;
        private MemoryPlan memory = MemoryPlan.defaults();
        private ServedFiles files = ServedFiles.in(Path.of(""));
        private @Nullable Path root;
        private @Nullable Uploads uploads;
        private final List<SocketAddress> more = new ArrayList<>();
        private final List<SocketAddress> plain = new ArrayList<>();
        private final List<Listen> others = new ArrayList<>();
        private final Map<String, ServedFiles> sites = new LinkedHashMap<>();
        private final Set<String> hosts = new LinkedHashSet<>();
        private final List<Consumer<ResponseRecord>> listeners = new ArrayList<>();

        private Builder() {}

        /** The directory to serve; overrides that of {@link #files}. */
        public Builder root(Path directory) {
            root = directory;
            return this;
        }

        /**
         * The address to listen on, a name or a number; default: loopback. {@code unix:FILE} is a
         * Unix socket, which has no port: other processes of this machine connect to it, which may
         * write its file. See {@link Listen#at}.
         */
        public Builder host(String name) {
            host = name;
            return this;
        }

        /** The port to listen on; 0 takes a free one. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /** One more address for files, beside that of {@link #host} and {@link #port}. */
        public Builder listen(String name, int number) {
            more.add(Listen.at(name, number));
            return this;
        }

        /** One more address for files, by http without TLS while the others speak TLS. */
        public Builder listenPlain(String name, int number) {
            plain.add(Listen.at(name, number));
            return this;
        }

        /** One more address, with another service on the same loops. */
        public Builder listen(Listen other) {
            others.add(other);
            return this;
        }

        /**
         * Files for requests whose Host is this name; other requests get {@link #files}.
         *
         * @param name without a port; case does not matter
         */
        public Builder site(String name, ServedFiles served) {
            sites.put(name, served);
            return this;
        }

        /**
         * Answers requests that have this name in Host, too, though the server listens on loopback
         * only: for a proxy on this machine that passes the name on. "*" allows every name.
         */
        public Builder allowHost(String name) {
            hosts.add(name);
            return this;
        }

        /** Speaks TLS on all addresses but those of {@link #listenPlain}: https. */
        public Builder tls(TlsSettings settings) {
            tls = settings;
            return this;
        }

        /**
         * Speaks HTTP/2 also with clients without TLS that begin with it, as they know that they
         * may (RFC 9113 section 3.3). Over TLS a client and the server agree on it anyway.
         */
        public Builder h2c() {
            h2c = true;
            return this;
        }

        /** I/O model, reactor design and copy path. */
        public Builder machinery(Machinery chosen) {
            machinery = chosen;
            return this;
        }

        /** Bounds on connections, buffers and waits. */
        public Builder limits(Limits bounds) {
            limits = bounds;
            return this;
        }

        /** Bounds for each client, by its address. */
        public Builder peers(PeerLimits bounds) {
            peers = bounds;
            return this;
        }

        /** Proxies whose word for who the client is counts. */
        public Builder proxies(TrustedProxies trusted) {
            proxies = trusted;
            return this;
        }

        /** How much memory the server plans with. */
        public Builder memory(MemoryPlan plan) {
            memory = plan;
            return this;
        }

        /** Which files are served, and how. */
        public Builder files(ServedFiles chosen) {
            files = chosen;
            return this;
        }

        /** Lets clients change files; overrides what {@link #files} says. */
        public Builder uploads(Uploads bounds) {
            uploads = bounds;
            return this;
        }

        /**
         * Calls {@code listener} for each response, when the kernel has its last byte or never
         * will. The caller is a loop's thread: the listener must not block, and several loops call
         * it at the same time. Without listeners this costs nothing.
         */
        public Builder onResponse(Consumer<ResponseRecord> listener) {
            listeners.add(listener);
            return this;
        }

        /**
         * Checks and fixes the settings.
         *
         * @throws IllegalArgumentException for an impossible port or host
         */
        public Sluice build() {
            List<SocketAddress> addresses = new ArrayList<>();
            addresses.add(Listen.at(host, port));
            addresses.addAll(more);
            ServedFiles served = root == null ? files : files.withRoot(root);
            return new Sluice(
                    addresses,
                    plain,
                    others,
                    tls,
                    h2c,
                    machinery,
                    limits,
                    peers,
                    proxies,
                    memory,
                    uploads == null ? served : served.withUploads(uploads),
                    sites,
                    hosts,
                    listeners);
        }
    }
}
