package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.http.Status;
import sluice.io.Counter;
import sluice.io.SendQueue;
import sluice.io.Timer;
import sluice.io.Timers;
import sluice.server.response.InformationalResponse;
import sluice.server.upload.UploadReceiver;

import java.time.Duration;
import java.util.List;

/**
 * Sends what the streams of a connection have, as far as the client's windows reach. A stream that
 * its client does not read for too long is reset.
 */
final class StreamOutput {
    /** Octets of bodies that a peer takes without a setting, RFC 9113 section 6.9.2. */
    static final int WINDOW = 65_535;
    /** Time limit for the body of a request, as of HTTP/1. */
    static final long BODY_NANOS = Duration.ofSeconds(30).toNanos();
    /** A client that takes less than 1 KiB per second on the whole stalls on purpose. */
    static final long NANOS_PER_OCTET = 1_000_000;

    private final Http2Connection owner;
    private final Http2Writer writer;
    private final ControlFrames control;
    private final Streams streams;
    private final Patience patience;
    private final Backlog backlog;
    private final Timer timer = new Timer(this::look);
    private long window = WINDOW;
    private boolean headWritten;

    StreamOutput(
            Http2Connection owner,
            Http2Writer writer,
            ControlFrames control,
            Streams streams,
            Patience patience) {
        this.owner = owner;
        this.writer = writer;
        this.control = control;
        this.streams = streams;
        this.patience = patience;
        backlog = new Backlog(owner.connection());
    }

    boolean hasNext() {
        return !control.isEmpty() || !owner.farewell().isOver() && streams.hasNext(window);
    }

    /** Whether something may be sent though the client says nothing more. */
    boolean goesOn() {
        for (int i = 0; i < streams.count(); i++) {
            Http2Stream stream = streams.at(i);
            boolean waits = stream.bodyDue || stream.upload != null && !stream.upload.isWorking();
            if (!waits && !stream.isBlocked(window)) {
                return true;
            }
        }
        return false;
    }

    /** The client takes more octets on all streams together; false if those are too many. */
    boolean widen(int increment) {
        window += increment;
        return window <= Integer.MAX_VALUE;
    }

    /** The client takes more octets on each stream, or fewer; false if those are too many. */
    boolean widen(long change, long most) {
        boolean fits = true;
        for (int i = 0; i < streams.count(); i++) {
            Http2Stream stream = streams.at(i);
            stream.window += change;
            fits &= stream.window <= most;
        }
        return fits;
    }

    void produce(SendQueue queue) {
        if (queue.isEmpty()) {
            streams.allHaveLeft();
        }
        while (control.moveTo(queue) && !owner.farewell().isOver()) {
            Http2Stream stream = streams.next(window, queue.isEmpty());
            if (stream == null || !serve(stream, queue)) {
                return;
            }
        }
    }

    /** Sends something of a stream; false if the queue has no room. */
    private boolean serve(Http2Stream stream, SendQueue queue) {
        return switch (stream.phase) {
            case HEAD_DUE -> serveHead(stream, queue);
            case SENDING -> serveBody(stream, queue);
            case CHECKING -> {
                boolean written = writer.writeEnd(stream, queue, owner.traces());
                if (written) {
                    finish(stream);
                }
                yield written;
            }
            case ANSWERING -> serveInformational(stream, queue);
            case ABANDONED -> false;
        };
    }

    private boolean serveInformational(Http2Stream stream, SendQueue queue) {
        List<InformationalResponse> all = stream.informational;
        stream.informational = null;
        if (all == null) {
            return true;
        }
        for (int i = 0; i < all.size(); i++) {
            if (!writer.writeInformational(
                    stream, all.get(i), queue, !headWritten, owner.traces())) {
                stream.informational = all.subList(i, all.size());
                return false;
            }
            headWritten = true;
        }
        return true;
    }

    private boolean serveHead(Http2Stream stream, SendQueue queue) {
        if (!serveInformational(stream, queue)) {
            return false;
        }
        if (!writer.writeHead(stream, queue, !headWritten, owner.traces())) {
            return false;
        }
        headWritten = true;
        stream.progressAt = owner.loop().now();
        stream.phase = Http2Stream.Phase.SENDING;
        if (stream.body.left() == 0) {
            finish(stream);
        }
        return true;
    }

    private boolean serveBody(Http2Stream stream, SendQueue queue) {
        if (!stream.body.hasNext()) {
            await(stream);
            return true;
        }
        long octets =
                writer.writeData(stream, queue, Math.min(window, stream.window), owner.traces());
        if (octets < 0) {
            return false;
        }
        patience.dataSent();
        backlog.queued(octets);
        window -= octets;
        stream.window -= octets;
        stream.sent += octets;
        stream.progressAt = owner.loop().now();
        stream.queued |= !stream.body.inMemory();
        if (stream.body.left() == 0) {
            if (stream.body.inMemory()) {
                finish(stream);
            } else {
                stream.phase = Http2Stream.Phase.CHECKING;
            }
        }
        return true;
    }

    private void finish(Http2Stream stream) {
        owner.loop().resources().counters().add(Counter.REQUESTS, 1);
        owner.endings().finished(stream);
    }

    /** The next piece of the body is not there yet, or will not be. */
    private void await(Http2Stream stream) {
        stream.waiting = true;
        int id = stream.id;
        Counter torn = stream.body.await(() -> ready(id));
        if (torn != null) {
            owner.loop().resources().counters().add(torn, 1);
            owner.endings().reset(stream, ErrorCode.INTERNAL_ERROR);
        }
    }

    private void ready(int id) {
        Http2Stream stream = streams.find(id);
        if (stream != null) {
            stream.waiting = false;
            owner.connection().resume();
        }
    }

    // Clients that let a stream wait

    /** Looks at the streams from time to time as long as there are some. */
    void watch() {
        if (!timer.isScheduled()) {
            timers().schedule(timer, owner.loop().now() + stall() / 4);
        }
    }

    private Timers timers() {
        return owner.loop().resources().timers();
    }

    private long stall() {
        return owner.loop().resources().limits().stall().toNanos();
    }

    private void look() {
        long now = owner.loop().now();
        boolean reset = false;
        for (int i = streams.count() - 1; i >= 0; i--) {
            Http2Stream stream = streams.at(i);
            UploadReceiver upload = stream.upload;
            if (upload != null && !upload.isWorking() && now >= upload.deadline()) {
                upload.refuse(Status.REQUEST_TIMEOUT, false);
                reset = true;
            } else if (stream.bodyDue && now - stream.since >= BODY_NANOS) {
                owner.answers().late(stream);
                reset = true;
            } else if (isStalled(stream, now)) {
                owner.loop().resources().counters().add(Counter.STALLED, 1);
                owner.endings().reset(stream, ErrorCode.CANCEL);
                reset = true;
            }
        }
        if (streams.count() > 0) {
            watch();
        }
        if (reset) {
            owner.connection().resume();
        }
    }

    private boolean isStalled(Http2Stream stream, long now) {
        if (!stream.isBlocked(window)) {
            return false;
        }
        long paced = stream.since + stall() + stream.sent * NANOS_PER_OCTET;
        return now - stream.progressAt >= stall() || now - paced >= 0;
    }

    void closed() {
        timers().cancel(timer);
    }

    /** The file of a region in the queue has changed: its stream cannot be told otherwise. */
    boolean torn(@Nullable Object message) {
        if (message instanceof Http2Stream stream && streams.find(stream.id) == stream) {
            owner.endings().reset(stream, ErrorCode.INTERNAL_ERROR);
        }
        return true;
    }
}
