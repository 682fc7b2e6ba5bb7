package sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Linux;
import sluice.linux.SocketCalls;
import sluice.linux.UnixSockets;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;

/** A connection to a {@link Control}, from either end: texts, each received whole. */
final class ControlLine implements AutoCloseable {
    /** A list of what is wrong with a file of settings fits. */
    private static final int TEXT_MAX = 1 << 16;

    private static final String DONE = "done\n";
    private static final String REFUSED = "refused\n";
    private static final int TYPE = UnixSockets.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;

    private final int socket;
    private boolean closed;

    /** For a connected socket, which is this one's from now on. */
    ControlLine(int socket) {
        this.socket = socket;
    }

    /** A socket that is not connected yet. */
    static int socket() throws IOException {
        if (!Linux.available()) {
            throw new IOException("--control needs Linux: " + Linux.unavailableReason());
        }
        return checked(SocketCalls.socket(SocketCalls.AF_UNIX, TYPE, 0), "socket");
    }

    /** To who listens at a path; null if nobody does. */
    static @Nullable ControlLine to(Path path) throws IOException {
        int socket = socket();
        int connected = UnixSockets.connect(socket, path);
        if (connected == 0) {
            return new ControlLine(socket);
        }
        FileCalls.close(socket);
        if (connected == -Errno.ENOENT || connected == -Errno.ECONNREFUSED) {
            return null;
        }
        throw new IOException("cannot connect to " + path + ": " + Errno.describe(connected));
    }

    static int checked(long result, String call) throws IOException {
        if (result < 0) {
            throw new IOException(call + ": " + Errno.describe((int) result));
        }
        return (int) result;
    }

    /** Gives up after so long without a message. */
    void waitAtMost(Duration time) throws IOException {
        checked(UnixSockets.limitWaits(socket, (int) time.toMillis()), "SO_RCVTIMEO");
    }

    void send(String text) throws IOException {
        checked(UnixSockets.send(socket, text.getBytes(UTF_8)), "send");
    }

    /** Says that an order is carried out by descriptors, of which the other end gets copies. */
    void send(String words, List<Integer> descriptors) throws IOException {
        int[] all = descriptors.stream().mapToInt(Integer::intValue).toArray();
        checked(UnixSockets.send(socket, (DONE + words).getBytes(UTF_8), all), "send");
    }

    /** The process at the other end. */
    int peer() throws IOException {
        return checked(UnixSockets.peerPid(socket), "SO_PEERCRED");
    }

    void send(Outcome outcome) throws IOException {
        String text = (outcome.isDone() ? DONE : REFUSED) + String.join("\n", outcome.lines());
        send(text.length() > TEXT_MAX / 2 ? text.substring(0, TEXT_MAX / 2) : text);
    }

    /**
     * The next text.
     *
     * @throws EOFException if the other end has closed
     */
    String text() throws IOException {
        return text(FileCalls::close);
    }

    private String text(IntConsumer descriptors) throws IOException {
        UnixSockets.Received received = UnixSockets.receive(socket, TEXT_MAX);
        checked(received.result(), "receive");
        for (int descriptor : received.descriptors()) {
            descriptors.accept(descriptor);
        }
        if (received.result() == 0) {
            throw new EOFException("the other process has gone");
        }
        return new String(received.message(), UTF_8);
    }

    /** The next text, as what became of an order. */
    Outcome outcome() throws IOException {
        return outcome(FileCalls::close);
    }

    /** The same, with what is done with each descriptor beside it. */
    Outcome outcome(IntConsumer descriptors) throws IOException {
        String text = text(descriptors);
        boolean done = text.startsWith(DONE);
        String words = text.substring(text.indexOf('\n') + 1);
        return new Outcome(done, words.lines().toList());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            FileCalls.close(socket);
        }
    }
}
