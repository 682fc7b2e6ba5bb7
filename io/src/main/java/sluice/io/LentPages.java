package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The file of a region that was sent without copying it: the socket refers to its pages until the
 * peer has acknowledged them, and shows what becomes of them. A truncated file shows zeros within
 * the promised length. So this looks at the file again while bytes are unacknowledged, and resets
 * the connection if it changed, so that the peer cannot take them for the file's.
 *
 * <p>Looking costs two system calls, some 50 ms after the region and then at growing intervals; a
 * peer that sends its next request first, as most do, costs none. A java.nio channel does not tell
 * what is unacknowledged: its peer counts as lacking a part for some seconds, or until it sends
 * more. One that has all then loses an idle connection if the file changes, and nothing else.
 *
 * <p>Loop thread only; a loop that runs no timers has another thread look while its own waits.
 */
final class LentPages implements Runnable {
    /** The first look: later than most peers take to acknowledge. */
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Ten thousand slow peers then cost one percent of a processor. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So long an idle peer of whom nothing is known keeps a file open, and maybe its site. */
    private static final long UNKNOWN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Connection connection;
    private final Transport transport;
    private @Nullable Timer timer;
    private @Nullable FileSource source;
    private long since;
    private long interval;
    private long due;

    LentPages(Connection connection, Transport transport) {
        this.connection = connection;
        this.transport = transport;
    }

    /** Takes over the use of a file whose region was just sent by reference. */
    void keep(FileSource sent) {
        drop();
        source = sent;
        interval = FIRST_NANOS;
        EventLoop loop = connection.loop();
        since = loop.now();
        due = since + interval;
        if (loop.cell().hasThreads()) {
            return;
        }
        if (timer == null) {
            timer = new Timer(this);
        }
        if (!timer.isScheduled()) {
            loop.resources().timers().schedule(timer, due);
        }
    }

    @Override
    public void run() {
        if (source == null) {
            return;
        }
        if (isChanged(connection.loop().now())) {
            connection.abort(Counter.FILE_CHANGED);
        } else if (source != null) {
            Timer again = Objects.requireNonNull(timer, "it has run");
            connection.loop().resources().timers().schedule(again, due);
        }
    }

    /** Whether no file is kept. */
    boolean isEmpty() {
        return source == null;
    }

    /** Whether it is time to look at the file of a peer that may lack a part. */
    boolean isDue(long now) {
        return source != null && now >= due;
    }

    /** Looks at the socket and the file: whether that changed while the peer lacks a part. */
    boolean isChanged(long now) {
        FileSource looked = source;
        long lacking = looked == null ? 0 : transport.unacknowledged();
        if (looked == null || lacking == 0) {
            drop();
            return false;
        }
        interval = Math.min(2 * interval, LONGEST_NANOS);
        due = now + interval;
        boolean changed = !looked.unchanged();
        if (!changed && lacking < 0 && now - since >= UNKNOWN_NANOS) {
            drop();
        }
        return changed;
    }

    /** The peer has what it was sent, or will not get it. */
    void drop() {
        if (source != null) {
            FileSource dropped = source;
            source = null;
            dropped.release();
        }
    }

    /** The connection has ended. */
    void end() {
        drop();
        if (timer != null) {
            connection.loop().resources().timers().cancel(timer);
        }
    }
}
