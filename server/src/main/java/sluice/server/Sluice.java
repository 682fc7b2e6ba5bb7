package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.Layer;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.Machinery;
import sluice.server.site.SiteTable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A file server to be started: {@code Sluice.builder().root(path).port(0).build().start()}.
 *
 * @param addresses where to listen for who wants files; port 0 takes a free one
 * @param others what else is served, on the same loops, and where
 * @param machinery how threads wait, how many there are and how files travel
 * @param limits bounds on connections, buffers and waits
 * @param files what is served to who names no site of {@code sites}
 * @param sites what is served by the names of hosts, without ports
 * @param listeners who are told of each response
 */
public record Sluice(
        List<InetSocketAddress> addresses,
        List<Listen> others,
        Machinery machinery,
        Limits limits,
        ServedFiles files,
        Map<String, ServedFiles> sites,
        List<Consumer<ResponseRecord>> listeners) {
    /**
     * @throws IllegalArgumentException without an address, for one whose host nobody knows, and for
     *     a site whose name cannot be a host's or is another's
     */
    public Sluice {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("nothing to listen at: name an address at least");
        }
        addresses.forEach(Listen::requireResolved);
        Map<String, ServedFiles> byKey = new LinkedHashMap<>();
        sites.forEach((name, site) -> {
            if (byKey.put(SiteTable.key(name), site) != null) {
                throw new IllegalArgumentException("site " + name + " is told of twice");
            }
        });
        addresses = List.copyOf(addresses);
        others = List.copyOf(others);
        sites = Collections.unmodifiableMap(byKey);
        listeners = List.copyOf(listeners);
    }

    /** Begins with what suits most: this directory, loopback, port 8000, the best model here. */
    public static Builder builder() {
        return new Builder();
    }

    /** The same with another machinery. */
    Sluice withMachinery(Machinery other) {
        return new Sluice(addresses, others, other, limits, files, sites, listeners);
    }

    /**
     * Listens and serves, until the server is closed.
     *
     * @throws IOException if the directory cannot be opened or the address cannot be had
     * @throws IllegalArgumentException if this machine cannot run the machinery, with the reason
     */
    public FileServer start() throws IOException {
        return FileServer.start(this);
    }

    /**
     * The same with a layer between all connections and the network.
     *
     * @throws IOException if the directory cannot be opened or the address cannot be had
     * @throws IllegalArgumentException if this machine cannot run the machinery, or the layer
     *     cannot be used with it, with the reason
     */
    public FileServer start(Layer layer) throws IOException {
        return FileServer.startUnder(layer, this);
    }

    /**
     * Collects settings, in any order; each has a default. What a record is told that cannot be, it
     * refuses itself.
     */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int port = 8_000;
        private Machinery machinery = Machinery.defaults();
        private Limits limits = Limits.defaults();
        private ServedFiles files = ServedFiles.in(Path.of(""));
        private @Nullable Path root;
        private @Nullable Uploads uploads;
        private final List<InetSocketAddress> more = new ArrayList<>();
        private final List<Listen> others = new ArrayList<>();
        private final Map<String, ServedFiles> sites = new LinkedHashMap<>();
        private final List<Consumer<ResponseRecord>> listeners = new ArrayList<>();

        private Builder() {}

        /** The directory to serve, whatever {@link #files} says. */
        public Builder root(Path directory) {
            root = directory;
            return this;
        }

        /** The address to listen at, by name or number; loopback if not set. */
        public Builder host(String name) {
            host = name;
            return this;
        }

        /** The port to listen at; 0 takes a free one. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /** One more address to listen at, beside that of {@link #host} and {@link #port}. */
        public Builder listen(String name, int number) {
            more.add(Listen.address(name, number));
            return this;
        }

        /** One more address, where something else than files is served, on the same loops. */
        public Builder listen(Listen other) {
            others.add(other);
            return this;
        }

        /**
         * Other files for requests that name this host: the rest is for {@link #files}.
         *
         * @param name without a port, in large or small letters
         */
        public Builder site(String name, ServedFiles served) {
            sites.put(name, served);
            return this;
        }

        /** How threads wait, how many there are and how files travel. */
        public Builder machinery(Machinery chosen) {
            machinery = chosen;
            return this;
        }

        /** Bounds on connections, buffers and waits. */
        public Builder limits(Limits bounds) {
            limits = bounds;
            return this;
        }

        /** What is served, and how. */
        public Builder files(ServedFiles chosen) {
            files = chosen;
            return this;
        }

        /** Lets clients change files, whatever {@link #files} says. */
        public Builder uploads(Uploads bounds) {
            uploads = bounds;
            return this;
        }

        /**
         * Tells {@code listener} of each response when its last byte was handed to the kernel, or
         * never will be. On the loop's thread, which it must not keep waiting, and with several
         * loops on several at once. Without listeners nothing of it costs anything.
         */
        public Builder onResponse(Consumer<ResponseRecord> listener) {
            listeners.add(listener);
            return this;
        }

        /**
         * Fixes the settings.
         *
         * @throws IllegalArgumentException for a port or host that cannot be
         */
        public Sluice build() {
            List<InetSocketAddress> addresses = new ArrayList<>();
            addresses.add(Listen.address(host, port));
            addresses.addAll(more);
            ServedFiles served = root == null ? files : files.withRoot(root);
            return new Sluice(
                    addresses,
                    others,
                    machinery,
                    limits,
                    uploads == null ? served : served.withUploads(uploads),
                    sites,
                    listeners);
        }
    }
}
