package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.http.RequestBody;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.Outcome;
import sluice.io.Receiving;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A request that changes something, as its connection sees it: a worker checks it; its body is
 * collected here and written by workers, piece by piece; then a worker finishes it. While one
 * works, nothing is received, so a fast client is slowed by TCP. Loop thread only.
 */
public final class Reception {
    /** Without any octet of the body. */
    static final long STALL_NANOS = Duration.ofSeconds(30).toNanos();
    /** Of the whole body: who sends less than 500 octets in a second is slow on purpose. */
    static final long NANOS_PER_OCTET = 2_000_000;
    /** A body of more octets is not hurried any more; so the product fits in a long. */
    private static final long PACED_MAX = 1L << 40;
    /** A body must have as much, or a pipe costs more than it saves. */
    private static final long BYPASS_MIN = 256 << 10;
    /** Moved by one call: a fast client would have its worker to itself. */
    private static final long TRANSFER_MOST = 1 << 20;
    /** Of a resumable upload it is told how far it is safe: each time costs a sync. */
    static final long TELL_EVERY = 16 << 20;
    /**
     * And not before so much of the whole has come as well, so that even 10 TiB give fewer than 64
     * heads: clients bound them.
     */
    private static final int TELL_FRACTION = 4;

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
    private final Receiving receiving;
    private boolean working;
    private boolean ended;
    private boolean waved;
    private boolean leavesInSocket;
    private long received;
    private long since;
    private long lastAt;

    // Written by a worker, read by the loop after it; what the two may do at once is locked.
    private @Nullable Upload upload;
    private @Nullable Response outcome;
    private boolean abandoned;
    private long tellAt = TELL_EVERY;
    private long safe;

    public Reception(UploadStore store, Connection connection, Owner owner, Incoming incoming) {
        this.store = store;
        this.connection = connection;
        this.owner = owner;
        this.incoming = incoming;
        body = incoming.body();
        loop = connection.loop();
        receiving = loop.cell().receiving();
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
                        long unseen = upload.takeUnseen();
                        loop.resources().counters().add(Counter.BYTES_SPLICED, unseen);
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

    /** Has the request checked; {@code head} is a copy of it. */
    public void begin(byte[] head) {
        Runnable tear = () -> loop.post(() -> connection.abort(Counter.PEER_GONE));
        work(
                () -> switch (store.begin(new UploadRequest(head), tear)) {
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
        leavesInSocket = receiving != Receiving.BUFFER
                && !incoming.chunked()
                && body.dataRemaining() >= BYPASS_MIN;
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
            int data = (int) Math.min(Math.min(body.dataRemaining(), to - at), upload().room());
            if (data > 0 && upload().exceeds(data)) {
                work(upload()::tooLong, () -> {});
                break;
            }
            upload().add(segment, at, data);
            body.took(data);
            collected(data);
            at += data;
            if (body.isDone()) {
                finish();
            } else if (upload().room() == 0) {
                flush();
            }
        }
        return at - from;
    }

    private void collected(long octets) {
        received += octets;
        loop.resources().counters().add(Counter.BYTES_TO_FILES, octets);
    }

    /** A long body in one piece stays in the socket until a pipe or a channel takes it. */
    private void awaitMore() {
        if (leavesInSocket && !body.isDone() && upload().bypassesBuffer()) {
            connection.awaitReadable();
        }
    }

    /** Octets are in the socket. */
    public void readable() {
        if (working || ended) {
            return; // What comes next looks again.
        }
        if (!upload().isEmpty()) {
            flush();
            return;
        }
        if (receiving == Receiving.TRANSFER_FROM) {
            transfer();
            return;
        }
        long moved = upload().splice(connection, body.dataRemaining());
        if (moved > 0) {
            came(moved);
            if (!body.isDone()) {
                flush();
            }
        } else if (moved == Outcome.AGAIN) {
            awaitMore();
        }
    }

    /** Octets past the buffer. */
    private void came(long octets) {
        lastAt = loop.now();
        body.took(octets);
        collected(octets);
        if (body.isDone()) {
            finish();
        }
    }

    /** A worker has java.nio move them, because that waits for the disk. */
    private void transfer() {
        long rest = body.dataRemaining();
        work(
                () -> {
                    long moved = upload().transfer(connection, Math.min(rest, TRANSFER_MOST));
                    return written(moved, moved < rest ? received + moved : 0);
                },
                () -> {
                    tell();
                    long moved = upload().takeTransferred();
                    if (moved > 0) {
                        loop.resources().counters().add(Counter.BYTES_TRANSFERRED, moved);
                        came(moved);
                        awaitMore();
                    }
                });
    }

    private void flush() {
        work(() -> written(upload().flush(), received), () -> {
            lastAt = loop.now();
            tell();
            awaitMore();
        });
    }

    /** On a worker, after it has written: what is to be told must outlive the machine's crash. */
    private @Nullable Response written(long result, long octets) {
        safe = 0;
        if (result >= 0 && incoming.interim() && octets >= tellAt) {
            tellAt = octets + Math.max(TELL_EVERY, octets / TELL_FRACTION);
            safe = upload().sync();
        }
        long worst = Math.min(result, safe);
        return worst < 0 && worst != Upload.TAKEN_OVER ? upload().failed(worst) : null;
    }

    private void tell() {
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
            return; // Whoever is about to begin it finds out.
        }
        if (loop.mayBlock()) {
            begun.interrupt();
        } else {
            owner.offload(begun::interrupt, () -> {});
        }
    }
}
