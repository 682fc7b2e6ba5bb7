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
 * peer that sends its next request first, as most do, costs none. Loop thread only.
 */
final class LentPages implements Runnable {
    /** The first look: later than most peers take to acknowledge. */
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Ten thousand slow peers then cost one percent of a processor. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Connection connection;
    private final Transport transport;
    private @Nullable Timer timer;
    private @Nullable FileSource source;
    private long interval;

    LentPages(Connection connection, Transport transport) {
        this.connection = connection;
        this.transport = transport;
    }

    /** Takes over the use of a file whose region was just sent by reference. */
    void keep(FileSource sent) {
        drop();
        // A loop of one connection runs no timers, and a java.nio channel cannot be asked.
        Cell cell = connection.loop().cell();
        if (cell.hasThreads() || cell.sockets() != SocketKind.RAW) {
            sent.release();
            return;
        }
        source = sent;
        interval = FIRST_NANOS;
        if (timer == null) {
            timer = new Timer(this);
        }
        if (!timer.isScheduled()) {
            schedule(timer);
        }
    }

    private void schedule(Timer at) {
        EventLoop loop = connection.loop();
        loop.resources().timers().schedule(at, loop.now() + interval);
    }

    /** Looks at the file and at the socket. */
    @Override
    public void run() {
        FileSource looked = source;
        if (looked == null) {
            return;
        }
        if (transport.unacknowledged() <= 0) {
            drop();
        } else if (!looked.unchanged()) {
            connection.abort(Counter.FILE_CHANGED);
        } else {
            interval = Math.min(2 * interval, LONGEST_NANOS);
            schedule(Objects.requireNonNull(timer, "it has run"));
        }
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
