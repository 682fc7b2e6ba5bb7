package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.Copy;
import sluice.io.Copying;
import sluice.io.IdlePolicy;
import sluice.io.Limits;
import sluice.io.Model;
import sluice.io.Reactor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file server to be started: {@code Sluice.builder().root(path).port(0).build().start()}.
 *
 * @param root the directory to serve
 * @param address where to listen; port 0 takes a free one
 * @param cell how to wait for sockets and how files travel
 * @param reactor how connections are spread over loops
 * @param loops sub-loops of {@link Reactor#MAIN_SUB}, loops of {@link Reactor#REUSE_PORT}, workers
 *     of {@link Reactor#WORKERS}
 * @param listing whether a directory without index.html is listed
 * @param dotfiles whether names that begin with a dot are served
 * @param explain whether each answer tells its path in a {@code Sluice-Path} field
 * @param symlinks which symbolic links are followed
 * @param compressedIn a directory of the server's own, where it keeps what it compressed; null if
 *     it compresses nothing (siblings like {@code app.js.br} are served in any case)
 * @param writable whether files are changed by PUT and DELETE
 * @param maxUpload octets that an uploaded file may have
 * @param limits bounds on connections, buffers and waits
 * @param idle what the model {@code nonblocking} does when nothing happens
 * @param copying how files are copied, beyond the path itself
 * @param memoryUpTo bytes that a file has at most which {@link Copy#AUTO} sends from memory
 * @param listeners who are told of each response
 */
public record Sluice(
        Path root,
        InetSocketAddress address,
        Cell cell,
        Reactor reactor,
        int loops,
        boolean listing,
        boolean dotfiles,
        boolean explain,
        SymlinkPolicy symlinks,
        @Nullable Path compressedIn,
        boolean writable,
        long maxUpload,
        Limits limits,
        IdlePolicy idle,
        Copying copying,
        int memoryUpTo,
        List<Consumer<ResponseRecord>> listeners) {

    /** What {@code memoryUpTo} is if nobody has measured: `sluice doctor --calibrate` does. */
    public static final int MEMORY_UP_TO = FileCache.BODY_MAX;

    /** What it can be: an answer from memory is one piece, and its head fits in with it. */
    public static final int MEMORY_UP_TO_MAX = Block.SIZE - 2 * LoopSite.HEAD_MAX;

    /** Begins with what suits most: this directory, loopback, port 8000, the best model here. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Listens and serves, until the server is closed.
     *
     * @throws IOException if the directory cannot be opened or the address cannot be had
     * @throws IllegalArgumentException if this machine cannot run the cell, with the reason
     */
    public FileServer start() throws IOException {
        return FileServer.start(this);
    }

    /** Collects settings; each has a default. */
    public static final class Builder {
        private Path root = Path.of("");
        private String host = "127.0.0.1";
        private int port = 8_000;
        private Model model = Model.best();
        private Copy copy = Copy.AUTO;
        private Reactor reactor = Reactor.MAIN_SUB;
        private @Nullable Integer loops;
        private boolean listing = true;
        private boolean dotfiles;
        private boolean explain;
        private SymlinkPolicy symlinks = SymlinkPolicy.INSIDE;
        private @Nullable Path compressedIn;
        private boolean writable;
        private long maxUpload = Long.MAX_VALUE;
        private Limits limits = Limits.defaults();
        private IdlePolicy idle = IdlePolicy.PARK;
        private Copying copying = Copying.defaults();
        private int memoryUpTo = MEMORY_UP_TO;
        private final List<Consumer<ResponseRecord>> listeners = new ArrayList<>();

        private Builder() {}

        /** The directory to serve. */
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

        /** How loops wait. */
        public Builder model(Model chosen) {
            model = chosen;
            return this;
        }

        /** How files travel. */
        public Builder copy(Copy chosen) {
            copy = chosen;
            return this;
        }

        /** How connections are spread over loops. */
        public Builder reactor(Reactor chosen) {
            reactor = chosen;
            return this;
        }

        /** How many loops or workers; {@link Reactor#defaultLoops} if not set. */
        public Builder loops(int count) {
            loops = count;
            return this;
        }

        /** Whether directories are listed; they are if not set. */
        public Builder listing(boolean on) {
            listing = on;
            return this;
        }

        /** Whether names that begin with a dot are served; they are not if not set. */
        public Builder dotfiles(boolean on) {
            dotfiles = on;
            return this;
        }

        /** Whether each answer tells its path. */
        public Builder explain(boolean on) {
            explain = on;
            return this;
        }

        /** Which symbolic links are followed; relative ones that stay inside if not set. */
        public Builder symlinks(SymlinkPolicy policy) {
            symlinks = policy;
            return this;
        }

        /** Compresses what is worth it, once and in the background, into this directory. */
        public Builder compressInto(Path directory) {
            compressedIn = directory;
            return this;
        }

        /** Whether clients may change files, all of them and without being asked who they are. */
        public Builder writable(boolean on) {
            writable = on;
            return this;
        }

        /** Octets that an uploaded file may have; what the disk holds if not set. */
        public Builder maxUpload(long octets) {
            maxUpload = octets;
            return this;
        }

        /** Bounds. */
        public Builder limits(Limits bounds) {
            limits = bounds;
            return this;
        }

        /** What {@link Model#NONBLOCKING} does when nothing happens; it parks if not set. */
        public Builder idle(IdlePolicy policy) {
            idle = policy;
            return this;
        }

        /** Buffer and cold-read guard. */
        public Builder copying(Copying settings) {
            copying = settings;
            return this;
        }

        /**
         * The size up to which {@link Copy#AUTO} sends files from memory, head and body at once:
         * {@link #MEMORY_UP_TO} if not set, 0 for none, {@link #MEMORY_UP_TO_MAX} at most.
         */
        public Builder memoryUpTo(int bytes) {
            memoryUpTo = bytes;
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
         * @throws IllegalArgumentException for a port, host or number that cannot be
         */
        public Sluice build() {
            int count = loops == null ? reactor.defaultLoops() : loops;
            if (count < 1) {
                throw new IllegalArgumentException("loops must be 1 or more, not " + count);
            }
            if (maxUpload < 0) {
                throw new IllegalArgumentException("maxUpload must be 0 or more, not " + maxUpload);
            }
            if (memoryUpTo < 0 || memoryUpTo > MEMORY_UP_TO_MAX) {
                throw new IllegalArgumentException("memoryUpTo must be between 0 and "
                        + MEMORY_UP_TO_MAX + ", not " + memoryUpTo);
            }
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("no address is known for host " + host);
            }
            return new Sluice(
                    root,
                    address,
                    new Cell(model, copy),
                    reactor,
                    count,
                    listing,
                    dotfiles,
                    explain,
                    symlinks,
                    compressedIn,
                    writable,
                    maxUpload,
                    limits,
                    idle,
                    copying,
                    memoryUpTo,
                    List.copyOf(listeners));
        }
    }
}
