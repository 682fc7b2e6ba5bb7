package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;
import sluice.server.ByteCount;
import sluice.server.FileServer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * One line on a terminal that says what the server does, written again every second. The cursor
 * stays at its begin, so that a record of the log takes its place.
 */
final class LiveLine {
    /** Draws nothing. */
    static final LiveLine NONE = new LiveLine(_ -> 0, () -> 0, () -> 0, null);

    private static final long EVERY_NANOS = 1_000_000_000;
    /** One less than a terminal has: in the last column a new line may begin. */
    private static final int WIDTH = 79;
    /** Erases up to the end of the line (ECMA-48, EL). */
    private static final String ERASE = "\u001b[K";

    private final ToLongFunction<Counter> counts;
    private final LongSupplier connections;
    private final LongSupplier clock;
    private final @Nullable PrintStream terminal;
    private long requests;
    private long at;
    // Under this object's lock
    private boolean ended;

    LiveLine(
            ToLongFunction<Counter> counts,
            LongSupplier connections,
            LongSupplier clock,
            @Nullable PrintStream terminal) {
        this.counts = counts;
        this.connections = connections;
        this.clock = clock;
        this.terminal = terminal;
        at = clock.getAsLong();
    }

    static LiveLine of(FileServer server, PrintStream terminal, LongSupplier clock) {
        return new LiveLine(server::count, server::connections, clock, terminal);
    }

    /** Draws until the end. */
    void start() {
        if (terminal != null) {
            LogLines.setUnderLiveLine(isStderrToo());
            Thread.ofPlatform().name("sluice-live-line").daemon().start(this::run);
        }
    }

    /** Whether records of the log come to this terminal; a file gets no control sequences. */
    private static boolean isStderrToo() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/2"))
                    .equals(Files.readSymbolicLink(Path.of("/proc/self/fd/1")));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void run() {
        do {
            LockSupport.parkNanos(EVERY_NANOS);
        } while (draw());
    }

    /** Whether the line is still wanted. */
    synchronized boolean draw() {
        if (terminal == null || ended) {
            return false;
        }
        terminal.print(text() + ERASE + "\r");
        terminal.flush();
        return true;
    }

    /** Erases the line. */
    synchronized void end() {
        if (terminal != null && !ended) {
            ended = true;
            terminal.print(ERASE);
            terminal.flush();
            LogLines.setUnderLiveLine(false);
        }
    }

    /** What was done since the last call, and in all. */
    String text() {
        long now = clock.getAsLong();
        long total = counts.applyAsLong(Counter.REQUESTS);
        long rate = Math.round((total - requests) * 1e9 / Math.max(1, now - at));
        requests = total;
        at = now;
        long copied = counts.applyAsLong(Counter.BYTES_COPIED);
        long kernel = counts.applyAsLong(Counter.BYTES_FROM_FILES) - copied;
        long user = counts.applyAsLong(Counter.BYTES_FROM_MEMORY) + copied;
        long reset = counts.applyAsLong(Counter.FILE_CHANGED)
                + counts.applyAsLong(Counter.STALLED)
                + counts.applyAsLong(Counter.BUFFERS_EXHAUSTED)
                + counts.applyAsLong(Counter.FAILED);
        String text = connections.getAsLong() + " open, " + rate + " requests/s, by kernel "
                + ByteCount.rounded(Math.max(0, kernel)) + ", by user " + ByteCount.rounded(user)
                + ", reset " + reset + ", cold " + counts.applyAsLong(Counter.COLD_CHUNKS);
        return text.length() <= WIDTH ? text : text.substring(0, WIDTH);
    }
}
