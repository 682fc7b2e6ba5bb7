package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.http.RequestBody;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.EventLoop;
import sluice.io.FileSink;
import sluice.io.Work;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Receives a request that changes a file: the loop's half of an {@link Upload}. A worker checks the
 * request. The loop collects the body piece by piece, and a worker writes each piece. At the end a
 * worker finishes. The loop receives nothing while a worker works, so TCP slows a fast client.
 *
 * <pre>
 *   begin --> [worker: check] --body--> COLLECTING --piece--> [worker: write] --> COLLECTING
 *                    |                      |
 *                    |                      +------last-----> [worker: finish] --> answered
 *                    +--nothing to receive--> answered
 * </pre>
 *
 * <p>Loop thread only, except for the result that a worker leaves behind.
 */
public final class UploadReceiver {
    /** Longest wait for the next octet of the body. */
    static final long STALL_NANOS = Duration.ofSeconds(30).toNanos();
    /** Time per octet of the whole body: a client below 500 octets per second stalls on purpose. */
    static final long NANOS_PER_OCTET = 2_000_000;
    /** The octets beyond this add no time to the limit, so that the product fits in a long. */
    private static final long PACED_MAX = 1L << 40;
    /** Least body that takes a pipe: a smaller one saves less than the pipe costs. */
    private static final long BYPASS_MIN = 256 << 10;
    /** What the body comes by: a connection, or a stream of one. */
    public interface Line {
        EventLoop loop();

        /** Goes on after a worker's step. */
        void resume();

        /** Ends it, since another client goes on with the upload. */
        void tear();

        /** As {@link sluice.io.Connection#receiveInto}. */
        boolean receiveInto(FileSink sink, long most);
    }

    /** The connection's protocol. */
    public interface Owner {
        /** As the method of {@link EventLoop}; the site stays open until the work ends. */
        void offload(Work kind, Runnable work, Runnable then);

        /** Sends 1xx responses before the final response. */
        void inform(List<InformationalResponse> responses);

        /**
         * Sends the final response.
         *
         * @param intact whether the connection can still find the end of the body
         */
        void answered(Response response, boolean intact);
    }

    /**
     * What the head says about the body.
     *
     * @param body reader of the body, at its beginning
     * @param interim whether the client understands 1xx responses
     * @param expected whether the client waits for a 100 response
     */
    public record Incoming(RequestBody body, boolean chunked, boolean interim, boolean expected) {}

    private final UploadStore store;
    private final Line line;
    private final EventLoop loop;
    private final Owner owner;
    private final Incoming incoming;
    private final RequestBody body;
    private boolean working;
    private boolean ended;
    private boolean waved;
    /** Octets of the body; the largest number stands for a chunked body. */
    private long length;
    /** Whether the body is large enough to bypass the buffer. */
    private boolean bypasses;

    private long received;
    private long since;
    private long lastAt;

    /** Result of a worker's last step; the loop reads it after that step. */
    private @Nullable Response outcome;

    // Under this object's lock, because the connection may end while a worker begins
    private @Nullable Upload upload;
    private boolean abandoned;

    public UploadReceiver(UploadStore store, Line line, Owner owner, Incoming incoming) {
        this.store = store;
        this.line = line;
        this.owner = owner;
        this.incoming = incoming;
        body = incoming.body();
        loop = line.loop();
    }

    public RequestBody body() {
        return body;
    }

    /** Whether the client may still wait for a 100 response before it sends its body. */
    public boolean isAwaited() {
        return incoming.expected() && !waved;
    }

    /** Whether a worker is at work. */
    public boolean isWorking() {
        return working;
    }

    private Upload upload() {
        return Objects.requireNonNull(upload, "begun");
    }

    private FileSink sink() {
        return upload().sink();
    }

    /** Gives a step to a worker; {@code next} continues unless the step returned the response. */
    private void work(Supplier<@Nullable Response> step, Runnable next) {
        working = true;
        owner.offload(
                Work.WRITE,
                () -> {
                    outcome = Response.error(Status.INTERNAL_SERVER_ERROR);
                    boolean done = false;
                    try {
                        outcome = step.get();
                        done = true;
                    } finally {
                        if (!done) {
                            failed();
                        }
                    }
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
                    line.resume();
                });
    }

    /** Ends an upload of which a step threw, so that it holds its file, lock and slot no longer. */
    private void failed() {
        Upload begun;
        synchronized (this) {
            begun = upload;
        }
        if (begun != null) {
            begun.fail();
        }
    }

    /** Lets a worker check the request. */
    public void begin(UploadRequest request) {
        Runnable tear = () -> loop.post(line::tear);
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

    /** Takes octets of the body; returns how many. */
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

    /** The body has ended, as something else than its octets says. */
    public void bodyEnded() {
        body.end();
        if (!working && upload != null) {
            finish();
        }
    }

    private void took(long octets) {
        body.took(octets);
        received += octets;
        sink().countIn(loop.resources().counters());
    }

    private void awaitMore() {
        if (bypasses) {
            line.receiveInto(sink(), body.dataRemaining());
        }
    }

    /** Called when the sink has collected octets past the buffer, or a worker has to collect. */
    public void receivedInto() {
        goOn(this::write);
    }

    private void write() {
        work(() -> upload().write(length, incoming.interim()), () -> {
            tell(upload().safe());
            goOn(this::awaitMore);
        });
    }

    /** Counts the octets that bypassed the buffer; then finishes or runs {@code next}. */
    private void goOn(Runnable next) {
        lastAt = loop.now();
        took(sink().takeArrived());
        if (body.isDone()) {
            finish();
        } else {
            next.run();
        }
    }

    /** Tells the client the durable offset of a resumable upload. */
    private void tell(long safe) {
        if (safe > 0) {
            owner.inform(List.of(UploadResponses.progress(safe)));
        }
    }

    private void finish() {
        work(upload()::finish, () -> {});
    }

    /** Time by which the next octets must arrive. */
    public long deadline() {
        long paced = since + STALL_NANOS + Math.min(received, PACED_MAX) * NANOS_PER_OCTET;
        return Math.min(lastAt + STALL_NANOS, paced);
    }

    /** Ends the request with an error that needs no worker. */
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

    /** Called when the connection has closed. */
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
            return; // A worker that is about to begin the upload sees that it was abandoned.
        }
        begun.sink().end();
        if (loop.mayBlock()) {
            begun.interrupt();
        } else {
            owner.offload(Work.WRITE, begun::interrupt, () -> {});
        }
    }
}
