package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.SparseLog;

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
 * Access log with a line per response, for {@link Sluice.Builder#onResponse}. Its own thread writes
 * the lines. If that thread cannot keep up, the log drops lines and counts them, so that a server
 * never waits for its log. In JSON a line has the count; other formats have no such line, and a
 * warning tells it. Any thread may call.
 *
 * {@snippet :
 * try (AccessLog log = AccessLog.to(Path.of("access.log"));
 *         FileServer server = Sluice.builder().onResponse(log).build().start()) { }
 * }
 */
public final class AccessLog implements Consumer<ResponseRecord>, AutoCloseable {
    /** Approximate limit of queued bytes; the writer may hold as many again. */
    static final int WAITING_BYTES_MAX = 8 << 20;
    /** Approximate memory of a record without its text. */
    private static final int RECORD_BYTES = 512;
    /** Size of one write, kept small so that other users of the disk get their turn. */
    private static final int WRITE_BYTES = 256 << 10;
    /** Pause between two writes, so that many records wake the writer only once. */
    private static final long PAUSE_NANOS = 5_000_000;
    /** How long {@link #close} waits for the writer to write the queued records. */
    private static final long END_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private static final System.Logger LOG = System.getLogger("sluice.server");

    private final LogFile file;
    private final AccessLogForm form;
    private final Thread writer;
    private final SparseLog losses = new SparseLog(LOG, System::nanoTime);
    private final StringBuilder text = new StringBuilder();
    private final AccessLogLine json = new AccessLogLine(text);
    private boolean failing;

    // Under this object's lock
    private List<ResponseRecord> waiting = new ArrayList<>();
    private int waitingBytes;
    private long dropped;
    private long untold;
    private boolean closed;
    private boolean reopening;

    private AccessLog(LogFile file, AccessLogForm form) {
        this.file = file;
        this.form = form;
        writer = Thread.ofPlatform().name("sluice-access-log").daemon().start(this::run);
    }

    /** Appends JSON to a file: {@link #to(Path, AccessLogFormat)}. */
    public static AccessLog to(Path file) throws IOException {
        return to(file, AccessLogFormat.JSON);
    }

    /**
     * Appends to a file, and creates it again after somebody renamed or removed it. Opening a FIFO
     * does not wait for a reader. Without one the pipe fills, and then lines are dropped.
     *
     * @throws IOException if the file cannot be opened; a directory, socket or block device cannot
     */
    public static AccessLog to(Path file, AccessLogFormat format) throws IOException {
        return to(file, AccessLogForm.of(format));
    }

    /** The same, and rotates the file if the form says so. */
    public static AccessLog to(Path file, AccessLogForm form) throws IOException {
        LogFile opened = LogFile.open(file, form.rotateAt(), form.keep(), System::nanoTime);
        return new AccessLog(opened, form);
    }

    /** Writes JSON to a channel; {@link #close} closes it. */
    public static AccessLog to(WritableByteChannel channel) {
        return to(channel, AccessLogFormat.JSON);
    }

    /** Writes to a channel; {@link #close} closes it. */
    public static AccessLog to(WritableByteChannel channel, AccessLogFormat format) {
        return to(channel, AccessLogForm.of(format));
    }

    /** The same; a channel is not rotated. */
    public static AccessLog to(WritableByteChannel channel, AccessLogForm form) {
        return new AccessLog(LogFile.of(channel), form);
    }

    /**
     * Makes the writer open the file by its name again, also if no response follows (logrotate); of
     * a channel nothing. Lines queued before may be in the old file or the new one.
     */
    public synchronized void reopen() {
        reopening = true;
        notifyAll();
    }

    /** Queues a record for the writer, or drops it if the queue is full; never waits. */
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

    /** Number of lines lost because the writer could not keep up or a write failed. */
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
            if (takeReopening()) {
                file.reopen();
            }
            batch.forEach(this::append);
            write();
            batch = new ArrayList<>();
            if (!isClosed()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        write();
    }

    /** Waits for records and takes them all; false if the log is closed and none is left. */
    private synchronized boolean take(List<ResponseRecord> batch) {
        try {
            while (waiting.isEmpty() && !reopening && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            closed = true;
        }
        boolean more = !waiting.isEmpty() || reopening;
        batch.addAll(waiting);
        waiting = new ArrayList<>();
        waitingBytes = 0;
        return more;
    }

    private synchronized boolean takeReopening() {
        boolean wanted = reopening;
        reopening = false;
        return wanted;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void append(ResponseRecord response) {
        switch (form.format()) {
            case JSON -> json.of(response, form.fields());
            case COMMON -> CommonLogLine.of(response, false, text);
            case COMBINED -> CommonLogLine.of(response, true, text);
        }
        if (text.length() >= WRITE_BYTES) {
            write();
        }
    }

    private void write() {
        long missing = takeUntold();
        boolean asLine = missing > 0 && form.format() == AccessLogFormat.JSON;
        if (asLine) {
            json.dropped(Instant.now(), missing);
        } else if (missing > 0) {
            losses.warn("the access log has lost " + dropped() + " lines until now");
        }
        if (text.isEmpty()) {
            return;
        }
        int failed = file.write(text.toString().getBytes(StandardCharsets.US_ASCII));
        text.setLength(0);
        if (failed > 0) {
            // The last line held the count of dropped lines. It is missing too, but is no record.
            drop(asLine ? failed - 1 : failed);
            untell(asLine ? missing : 0);
            if (!failing) {
                LOG.log(System.Logger.Level.WARNING, "cannot write the access log");
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

    /** Waits a few seconds for the writer to write the queued records, then closes the log. */
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
