package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.io.InheritedSockets;
import sluice.linux.FileCalls;
import sluice.linux.ProcessCalls;
import sluice.linux.SocketCalls;
import sluice.linux.UnixSockets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Where a running server takes orders: a socket of unix(7) that only its user, and root, may
 * connect to. An order is a word, and is answered with what became of it. One after another.
 *
 * <p>The order {@value #TAKE_OVER} comes from another server. It gets the listening sockets, and
 * says {@value #STARTED} when it answers clients; the socket has its name by then. Then this one
 * ends. If the other one goes without having said so, this one goes on.
 */
final class Control implements AutoCloseable {
    /** Reads the settings again. */
    static final String RELOAD = "reload";
    /** Hands over the listening sockets. */
    static final String TAKE_OVER = "take over";

    private static final String STARTED = "started";

    private static final int OWNER_ONLY = 0600;
    private static final int BACKLOG = 16;
    /** Who connects and says nothing must not keep others waiting. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(10);
    /** A server that takes over reads its certificates and opens its directories. */
    private static final Duration START_MAX = Duration.ofMinutes(2);
    /** Before another accept(2), when one has failed: descriptors may have run out. */
    private static final long PAUSE_NANOS = 100_000_000;

    /** Who carries out the orders, on the thread of the socket. */
    interface Orders {
        Outcome reload();

        /** Descriptors of the listening sockets; none if they cannot be handed over. */
        List<Integer> sockets();

        /** Another process answers in place of this one. */
        void replacedBy(int process);

        /** The process that was to answer has gone. */
        void notReplaced(String reason);
    }

    private final Path path;
    private final Path made;
    private final int socket;
    /** To the server whose place this one takes; null if there was none. */
    private final @Nullable ControlLine before;

    /** Of the file, by which the end knows whether it is still ours; null before it has one. */
    private volatile @Nullable Object inode;

    private volatile boolean closed;

    private Control(Path path, Path made, int socket, @Nullable ControlLine before) {
        this.path = path;
        this.made = made;
        this.socket = socket;
        this.before = before;
    }

    /**
     * Listens, under no name before {@link #takeName}.
     *
     * @param takesOver whether to take the place of the server that listens there; then its
     *     sockets are offered ({@link InheritedSockets})
     * @throws IOException if another server listens there, or it cannot be done
     */
    static Control listen(Path file, boolean takesOver) throws IOException {
        Path path = file.toAbsolutePath();
        ControlLine before = ControlLine.to(path);
        int socket = -1;
        try {
            if (before != null) {
                takeOver(before, path, takesOver);
            } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && !attributes(path).isOther()) {
                throw new IOException("the control socket " + path + " is a file already");
            }
            socket = ControlLine.socket();
            Path made = path.resolveSibling(path.getFileName() + "." + ProcessCalls.getpid());
            Files.deleteIfExists(made);
            String call = "cannot make the control socket " + path;
            ControlLine.checked(UnixSockets.bind(socket, made, OWNER_ONLY), call);
            ControlLine.checked(SocketCalls.listen(socket, BACKLOG), call);
            return new Control(path, made, socket, before);
        } catch (IOException e) {
            if (before != null) {
                before.close();
            }
            FileCalls.close(socket);
            throw e;
        }
    }

    private static void takeOver(ControlLine before, Path path, boolean wanted) throws IOException {
        if (!wanted) {
            throw new IOException("a server that runs has the control socket " + path
                    + "; to take its place, add --take-over");
        }
        before.waitAtMost(START_MAX);
        before.send(TAKE_OVER);
        List<Integer> sockets = new ArrayList<>();
        Outcome outcome = before.outcome(sockets::add);
        if (!outcome.isDone()) {
            throw new IOException("cannot take over: " + outcome.words());
        }
        for (int descriptor : sockets) {
            InheritedSockets.offer(descriptor);
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Takes the name, in place of a socket that nobody listens to any more, or of that of the
     * server before. The server answers clients already.
     */
    void takeName() throws IOException {
        Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
        inode = attributes(path).fileKey();
    }

    /** Carries out orders from now on; the server before ends. */
    void obey(Orders orders) {
        Thread.ofPlatform().name("sluice-control").daemon().start(() -> {
            while (!closed) {
                int accepted = SocketCalls.accept4(socket, SocketCalls.SOCK_CLOEXEC);
                if (accepted >= 0) {
                    answer(accepted, orders);
                } else if (!closed) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        });
        if (before != null) {
            InheritedSockets.closeRest();
            endOther(before);
        }
    }

    private static void endOther(ControlLine before) {
        try (before) {
            before.send(STARTED);
            before.text();
        } catch (IOException e) {
            // It has ended already.
        }
    }

    private static void answer(int accepted, Orders orders) {
        try (ControlLine line = new ControlLine(accepted)) {
            line.waitAtMost(SILENCE_MAX);
            String order = line.text();
            switch (order) {
                case RELOAD -> line.send(orders.reload());
                case TAKE_OVER -> handOver(line, orders);
                default -> line.send(Outcome.refused("there is no order '" + order + "'"));
            }
        } catch (IOException e) {
            // Whoever asked has gone, and learns nothing.
        }
    }

    private static void handOver(ControlLine line, Orders orders) throws IOException {
        List<Integer> sockets = orders.sockets();
        if (sockets.isEmpty() || sockets.size() > UnixSockets.DESCRIPTORS_MAX) {
            line.send(Outcome.refused("the model of the server that runs cannot hand its sockets"
                    + " over; epoll and others with loops on descriptors can"));
            return;
        }
        line.send("its sockets", sockets);
        line.waitAtMost(START_MAX);
        try {
            line.text();
        } catch (IOException e) {
            orders.notReplaced(Failures.inWords(e));
            return;
        }
        orders.replacedBy(line.peer());
        line.send(Outcome.done("it ends"));
    }

    /** Removes the file, unless another server has put its own there. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        // This wakes the thread that waits in accept(2), which close(2) would not.
        SocketCalls.shutdown(socket, SocketCalls.SHUT_RDWR);
        if (before != null) {
            // If this server has not started, the one before learns it.
            before.close();
        }
        try {
            Files.deleteIfExists(made);
            if (inode != null && Objects.equals(attributes(path).fileKey(), inode)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // It stays; the next server replaces it.
        }
    }
}
