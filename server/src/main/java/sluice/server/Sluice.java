package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.Limits;
import sluice.io.Machinery;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file server to be started: {@code Sluice.builder().root(path).port(0).build().start()}.
 *
 * @param address where to listen; port 0 takes a free one
 * @param machinery how threads wait, how many there are and how files travel
 * @param limits bounds on connections, buffers and waits
 * @param files what is served
 * @param listeners who are told of each response
 */
public record Sluice(
        InetSocketAddress address,
        Machinery machinery,
        Limits limits,
        ServedFiles files,
        List<Consumer<ResponseRecord>> listeners) {
    private static final int PORT_MAX = 65_535;

    /**
     * @throws IllegalArgumentException for an address whose host nobody knows
     */
    public Sluice {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "no address is known for host " + address.getHostString());
        }
        listeners = List.copyOf(listeners);
    }

    /** Begins with what suits most: this directory, loopback, port 8000, the best model here. */
    public static Builder builder() {
        return new Builder();
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
            if (port < 0 || port > PORT_MAX) {
                throw new IllegalArgumentException(
                        "port must be between 0 and " + PORT_MAX + ", not " + port);
            }
            ServedFiles served = root == null ? files : files.withRoot(root);
            return new Sluice(
                    new InetSocketAddress(host, port),
                    machinery,
                    limits,
                    uploads == null ? served : served.withUploads(uploads),
                    listeners);
        }
    }
}
