package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.http.RequestBody;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.FileSink;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Receives a request that changes something: the loop's half of an {@link Upload}. A worker checks
 * the request; the loop collects the body, piece by piece, and after each a worker writes it; then
 * a worker finishes. While one works nothing is received, so TCP slows a fast client.
 *
 * <pre>
 *   begin --> [worker: check] --body--> COLLECTING --piece--> [worker: write] --> COLLECTING
 *                    |                      |
 *                    |                      +------last-----> [worker: finish] --> answered
 *                    +--nothing to receive--> answered
 * </pre>
 *
 * <p>Loop thread only, but for what a worker leaves behind.
 */
public final class UploadReceiver {
    /** Without any octet of the body. */
    static final long STALL_NANOS = Duration.ofSeconds(30).toNanos();
    /** Of the whole body: who sends less than 500 octets in a second is slow on purpose. */
    static final long NANOS_PER_OCTET = 2_000_000;
    /** A body of more octets is not hurried any more; so the product fits in a long. */
    private static final long PACED_MAX = 1L << 40;
    /** A body must have as much, or a pipe costs more than it saves. */
    private static final long BYPASS_MIN = 256 << 10;
    /** The connection's protocol. */
    public interface Owner {
        /** {@link EventLoop#offload}, and what is changed stays open meanwhile. */
        void offload(Runnable work, Runnable then);

        /** Something is to be said before the response. */
        void inform(List<InformationalResponse> responses);

        /**
         * The end.
         *
         * @param intact whether the rest of the body, if there is any, can be told from what
         *     follows it
         */
        void answered(Response response, boolean intact);
    }

    /**
     * What the head says of the body.
     *
     * @param body at its beginning
     * @param interim whether the client knows heads of 1xx
     * @param expected whether it waits for one
     */
    public record Incoming(RequestBody body, boolean chunked, boolean interim, boolean expected) {}

    private final UploadStore store;
    private final Connection connection;
    private final EventLoop loop;
    private final Owner owner;
    private final Incoming incoming;
    private final RequestBody body;
    private boolean working;
    private boolean ended;
    private boolean waved;
    /** Octets of the body; no number reaches that of one in chunks. */
    private long length;
    /** Whether they are worth a way past the buffer. */
    private boolean bypasses;

    private long received;
    private long since;
    private long lastAt;

    /** What the last step of a worker has brought; read after it. */
    private @Nullable Response outcome;

    // Under this object's lock, because the connection may end while a worker begins
    private @Nullable Upload upload;
    private boolean abandoned;

    public UploadReceiver(
            UploadStore store, Connection connection, Owner owner, Incoming incoming) {
        this.store = store;
        this.connection = connection;
        this.owner = owner;
        this.incoming = incoming;
        body = incoming.body();
        loop = connection.loop();
    }

    public RequestBody body() {
        return body;
    }

    /** Whether the client may still wait to be told to send its body. */
    public boolean isAwaited() {
        return incoming.expected() && !waved;
    }

    /** Whether a worker has the word. */
    public boolean isWorking() {
        return working;
    }

    private Upload upload() {
        return Objects.requireNonNull(upload, "begun");
    }

    private FileSink sink() {
        return upload().sink();
    }

    /** Has a worker take a step; {@code next} goes on, unless the step brought the answer. */
    private void work(Supplier<@Nullable Response> step, Runnable next) {
        working = true;
        owner.offload(
                () -> {
                    outcome = Response.error(Status.INTERNAL_SERVER_ERROR);
                    outcome = step.get();
                },
                () -> {
                    working = false;
                    if (ended) {
                        return;
                    }
                    if (upload != null) {
                        sink().countIn(loop.resources().counters());
                    }
                    Response answer = outcome;
                    if (answer == null) {
                        next.run();
                    } else {
                        end(answer, true);
                    }
                    connection.resume();
                });
    }

    /** Has the request checked. */
    public void begin(UploadRequest request) {
        Runnable tear = () -> loop.post(() -> connection.abort(Counter.PEER_GONE));
        work(
                () -> switch (store.begin(request, tear)) {
                    case UploadReply.Answered(Response response) -> response;
                    case Upload begun -> adopt(begun);
                },
                this::begun);
    }

    private synchronized @Nullable Response adopt(Upload begun) {
        if (abandoned) {
            begun.interrupt();
        }
        upload = begun;
        return null;
    }

    private void begun() {
        since = loop.now();
        lastAt = since;
        length = incoming.chunked() ? Long.MAX_VALUE : body.dataRemaining();
        bypasses = !incoming.chunked() && length >= BYPASS_MIN;
        if (body.isDone()) {
            finish();
            return;
        }
        if (incoming.interim()) {
            waved = true;
            owner.inform(UploadResponses.goOn(
                    incoming.expected(), upload().newReference(), store.limits()));
        }
        awaitMore();
    }

    /** Takes octets of the body: how many. */
    public int take(Block bytes, int from, int to) {
        MemorySegment segment = bytes.segment();
        lastAt = loop.now();
        int at = from;
        while (at < to && !working) {
            int framing = body.advance(segment, at, to);
            if (framing < 0) {
                refuse(-framing, false);
                return to - from;
            }
            at += framing;
            int data = (int) Math.min(Math.min(body.dataRemaining(), to - at), sink().room());
            if (data > 0 && received + data > upload().most()) {
                work(upload()::tooLong, () -> {});
                break;
            }
            sink().add(segment, at, data);
            took(data);
            at += data;
            if (body.isDone()) {
                finish();
            } else if (sink().room() == 0) {
                write();
            }
        }
        return at - from;
    }

    private void took(long octets) {
        body.took(octets);
        received += octets;
        sink().countIn(loop.resources().counters());
    }

    private void awaitMore() {
        if (bypasses) {
            connection.receiveInto(sink(), body.dataRemaining());
        }
    }

    /** The sink has collected octets past the buffer, or a worker is to do that. */
    public void receivedInto() {
        goOn(this::write);
    }

    private void write() {
        work(() -> upload().write(length, incoming.interim()), () -> {
            tell(upload().safe());
            goOn(this::awaitMore);
        });
    }

    /** Takes note of what has come past the buffer; then finishes or does what is next. */
    private void goOn(Runnable next) {
        lastAt = loop.now();
        took(sink().takeArrived());
        if (body.isDone()) {
            finish();
        } else {
            next.run();
        }
    }

    /** So much of a resumable upload is safe. */
    private void tell(long safe) {
        if (safe > 0) {
            owner.inform(List.of(UploadResponses.progress(safe)));
        }
    }

    private void finish() {
        work(upload()::finish, () -> {});
    }

    /** Until when the next octets are awaited. */
    public long deadline() {
        long paced = since + STALL_NANOS + Math.min(received, PACED_MAX) * NANOS_PER_OCTET;
        return Math.min(lastAt + STALL_NANOS, paced);
    }

    /** Ends it with an error that no worker has to be asked about. */
    public void refuse(int status, boolean intact) {
        letGo();
        end(Response.error(status), intact);
    }

    private void end(Response answer, boolean intact) {
        ended = true;
        if (upload != null) {
            sink().end();
        }
        owner.answered(answer, intact);
    }

    /** The connection is gone. */
    public void closed() {
        ended = true;
        letGo();
    }

    private void letGo() {
        Upload begun;
        synchronized (this) {
            abandoned = true;
            begun = upload;
        }
        if (begun == null) {
            return; // The worker that is about to begin it finds out.
        }
        begun.sink().end();
        if (loop.mayBlock()) {
            begun.interrupt();
        } else {
            owner.offload(begun::interrupt, () -> {});
        }
    }
}
