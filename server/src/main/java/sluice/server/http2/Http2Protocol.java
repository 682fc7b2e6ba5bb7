package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Standing;
import sluice.io.Timers;
import sluice.io.TransferMeter;
import sluice.server.trace.LoopTraces;
import sluice.server.trace.StreamTraces;

import java.time.Duration;
import java.util.Objects;

/** HTTP/2 on one connection of a file server: many requests at once, answered in any order. */
final class Http2Protocol implements Protocol {
    /** Time limit for the preface and the first settings, which a client sends at once. */
    static final long PREFACE_NANOS = Duration.ofSeconds(10).toNanos();
    /** Time limit for the rest of a frame or of a header block, as for a head of HTTP/1. */
    static final long FRAME_NANOS = Duration.ofSeconds(30).toNanos();
    /** Time limit between requests; nginx's default. */
    static final long IDLE_NANOS = Duration.ofSeconds(75).toNanos();
    /** So long a client may take to say that it knows of the end. */
    static final long FAREWELL_NANOS = Duration.ofSeconds(10).toNanos();

    private final Http2Service.Shared shared;
    private final LoopTraces loopTraces;
    private @Nullable Http2Connection http2;
    /** Since when the loop waits for the preface, or then for the rest of a frame. */
    private long since;

    private boolean inputEnded;

    Http2Protocol(Http2Service.Shared shared) {
        this.shared = shared;
        loopTraces = shared.traces();
    }

    private Http2Connection http2() {
        return Objects.requireNonNull(http2, "opened");
    }

    private EventLoop loop() {
        return http2().loop();
    }

    @Override
    public void opened(Connection opened) {
        http2 = new Http2Connection(opened, shared);
        since = opened.loop().now();
    }

    @Override
    public int received(Block bytes, int from, int to) {
        Http2Connection connection = http2();
        boolean inside = connection.reader().isInside();
        if (connection.traces() == null && loopTraces.areWanted()) {
            connection.tracedBy(loopTraces.ofStreams(connection.connection().peer()));
        }
        int taken = connection.reader().read(bytes, from, to);
        if (!inside) {
            since = loop().now();
        }
        return taken;
    }

    @Override
    public void produce(SendQueue queue) {
        http2().output().produce(queue);
    }

    @Override
    public boolean torn(Object message) {
        return http2().output().torn(message);
    }

    @Override
    public @Nullable TransferMeter meter() {
        StreamTraces traces = http2().traces();
        return traces == null ? null : traces.meter();
    }

    @Override
    public void sent() {
        StreamTraces traces = http2().traces();
        if (traces != null) {
            traces.sent();
        }
    }

    @Override
    public boolean hasOutput() {
        return http2().output().hasNext();
    }

    /**
     * Always, unless answers to the client's frames wait for it to read, or the next octets are of
     * an upload whose worker has to write first. After its FIN a client may
     * still wait for responses, if it needs to say nothing more to get them.
     */
    @Override
    public boolean wantsInput() {
        Http2Connection connection = http2();
        return !connection.control().isFull()
                && !connection.bodies().awaitsWorker()
                && !(inputEnded && connection.output().goesOn());
    }

    @Override
    public boolean isIdle() {
        return http2().streams().count() == 0
                && !http2().reader().isInside()
                && !http2().farewell().awaitsPing();
    }

    @Override
    public Standing standing() {
        if (http2().streams().count() > 0) {
            return Standing.BUSY;
        }
        return http2().streams().last() == 0 || http2().reader().isInside()
                ? Standing.STARTING
                : Standing.IDLE;
    }

    @Override
    public void inputEnded() {
        inputEnded = true;
    }

    @Override
    public long inputDeadline() {
        Http2Connection connection = http2();
        if (!connection.reader().hasBegun()) {
            return since + PREFACE_NANOS;
        }
        if (connection.reader().isInside()) {
            return since + FRAME_NANOS;
        }
        if (connection.farewell().awaitsPing()) {
            return since + FAREWELL_NANOS;
        }
        return connection.streams().count() > 0 ? Timers.NEVER : loop().now() + IDLE_NANOS;
    }

    @Override
    public void expired() {
        http2().farewell().now(ErrorCode.NO_ERROR, "the time is over");
    }

    @Override
    public void drain() {
        since = loop().now();
        http2().farewell().begin();
    }

    @Override
    public void closed() {
        if (http2 != null) {
            http2.closed();
        }
    }
}
