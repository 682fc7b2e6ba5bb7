package sluice.server;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A log of responses, one JSON object per line, for {@link Sluice.Builder#onResponse}. A thread of
 * its own writes them. When that cannot keep up, lines are dropped and counted, and a line says how
 * many: a server never waits for its log. Any thread.
 *
 * {@snippet :
 * try (AccessLog log = AccessLog.to(Path.of("access.log"));
 *         FileServer server = Sluice.builder().onResponse(log).build().start()) { }
 * }
 */
public final class AccessLog implements Consumer<ResponseRecord>, AutoCloseable {
    /** What may wait to be written, about; as much again may be in the writer's hands. */
    static final int WAITING_BYTES_MAX = 8 << 20;
    /** What a record takes beside its text, about. */
    private static final int RECORD_BYTES = 512;
    /** Written at once; then others that wait for the disk have their turn. */
    private static final int WRITE_BYTES = 256 << 10;
    /** Between two writes: so many records wake the writer once. */
    private static final long PAUSE_NANOS = 5_000_000;
    /** How long an end waits for what is not written yet. */
    private static final long END_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private static final System.Logger LOG = System.getLogger("sluice.server");

    private final LogFile file;
    private final Thread writer;
    private final StringBuilder text = new StringBuilder();
    private boolean failing;

    // Under this object's lock
    private List<ResponseRecord> waiting = new ArrayList<>();
    private int waitingBytes;
    private long dropped;
    private long untold;
    private boolean closed;

    private AccessLog(LogFile file) {
        this.file = file;
        writer = Thread.ofPlatform().name("sluice-access-log").daemon().start(this::run);
    }

    /**
     * Appends to a file, and makes it anew when it was renamed or removed.
     *
     * @throws IOException if it cannot be opened
     */
    public static AccessLog to(Path file) throws IOException {
        return new AccessLog(LogFile.open(file, System::nanoTime));
    }

    /** Writes to a channel, which is closed at the end. */
    public static AccessLog to(WritableByteChannel channel) {
        return new AccessLog(LogFile.of(channel));
    }

    /** Takes a record to be written, or drops it; never waits. */
    @Override
    public void accept(ResponseRecord response) {
        int size = size(response);
        synchronized (this) {
            if (closed || waitingBytes + size > WAITING_BYTES_MAX) {
                dropped++;
                untold++;
                return;
            }
            waitingBytes += size;
            waiting.add(response);
            if (waiting.size() == 1) {
                notifyAll();
            }
        }
    }

    private static int size(ResponseRecord response) {
        ResponseRecord.Request request = response.request();
        return RECORD_BYTES
                + length(request.target())
                + length(request.referer())
                + length(request.userAgent());
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /** Lines that were not written, because the writer could not keep up or the disk was full. */
    public synchronized long dropped() {
        return dropped;
    }

    private synchronized void drop(int lines) {
        dropped += lines;
        untold += lines;
    }

    private void run() {
        List<ResponseRecord> batch = new ArrayList<>();
        while (take(batch)) {
            batch.forEach(this::append);
            write();
            batch = new ArrayList<>();
            if (!isClosed()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        write();
    }

    /** Waits for records; false at the end. */
    private synchronized boolean take(List<ResponseRecord> batch) {
        try {
            while (waiting.isEmpty() && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            closed = true;
        }
        boolean more = !waiting.isEmpty();
        batch.addAll(waiting);
        waiting = new ArrayList<>();
        waitingBytes = 0;
        return more;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void append(ResponseRecord response) {
        AccessLogLine.of(response, text);
        if (text.length() >= WRITE_BYTES) {
            write();
        }
    }

    private void write() {
        long missing = takeUntold();
        if (missing > 0) {
            AccessLogLine.dropped(Instant.now(), missing, text);
        }
        if (text.isEmpty()) {
            return;
        }
        int failed = file.write(text.toString().getBytes(StandardCharsets.US_ASCII));
        text.setLength(0);
        if (failed > 0) {
            // The line about those that are missing is the last one, and is missing, too.
            drop(missing > 0 ? failed - 1 : failed);
            untell(missing);
            if (!failing) {
                LOG.log(System.Logger.Level.WARNING, "the access log cannot be written");
            }
        }
        failing = failed > 0;
    }

    private synchronized long takeUntold() {
        long count = untold;
        untold = 0;
        return count;
    }

    private synchronized void untell(long missing) {
        untold += missing;
    }

    /** Writes what waits, as far as that takes no longer than seconds, and closes. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        LockSupport.unpark(writer);
        try {
            writer.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
