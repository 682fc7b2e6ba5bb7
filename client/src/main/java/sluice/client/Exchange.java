package sluice.client;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.http.RequestHead;
import sluice.http.ResponseHeadParser;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.FileSink;
import sluice.io.IoResult;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Timer;
import sluice.linux.Errno;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One request and its response on a new connection. */
final class Exchange implements Protocol {
    /** How long to wait for 100 (Continue): RFC 9110 section 10.1.1 forbids waiting for ever. */
    private static final long EXPECTATION_NANOS = 1_000_000_000;
    /** Octets between two reports of progress; a pipe holds no more (pipe(7)). */
    private static final long PIECE = 1 << 20;
    /**
     * How long to send before checking whether the server has answered, for example with an error.
     * A check costs one tick of the loop's timers, about 20 ms.
     */
    private static final long LOOK_NANOS = 1_000_000_000;
    /** Most 1xx responses to one request: a server that sends more may never send the final one. */
    private static final int INTERIM_MAX = 64;

    private enum Sending {
        HEAD,
        /** The body waits for 100 (Continue). */
        WAITING,
        BODY,
        /** Sending pauses between two pieces of the body to check for an early response. */
        LOOKING,
        DONE
    }

    /** Handles the response; called on the loop's thread. */
    interface Owner {
        /** The connection is there, and its handshake is over; the request is sent now. */
        default void opened() {}

        /** The head of a 1xx response arrived. */
        default void interim(Response head) {}

        /** The head of the final response arrived; returns where its body goes. */
        Sink answered(Response head) throws IOException;

        /** Octets of the request's body were sent. */
        default void sent(long octets) {}

        /** The sink took octets of the response's body. */
        default void received(long octets) {}

        /** Most octets of a body between two of these reports. */
        default long piece() {
            return PIECE;
        }
    }

    private final EventLoop loop;
    private final Request request;
    private final byte[] head;
    private final Owner owner;
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final ResponseHeadParser parser = new ResponseHeadParser();
    private final Timer goOn = new Timer(this::goOn);
    private Sending sending = Sending.HEAD;
    private @Nullable Connection connection;
    private long offset;
    private long inFlight;
    private long lookedAt;
    private int interims;
    private @Nullable Response response;
    private @Nullable ResponseBody body;
    private boolean whole;
    private boolean stalled;
    private long gone;
    private long openError;
    private @Nullable IOException failure;

    Exchange(EventLoop loop, Request request, Owner owner) throws IOException {
        this.loop = loop;
        this.request = request;
        this.owner = owner;
        head = request.head();
        offset = request.body() == null ? 0 : request.body().offset();
    }

    /** Waits for the end of the exchange, with a time limit; not on the loop's thread. */
    Ending await(Duration most) throws InterruptedException {
        try {
            return ending.get(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Ending.broken(null, "the server sent nothing for " + most.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connection() {
        return Objects.requireNonNull(connection, "opened");
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
        gone = loop.resources().counters().get(Counter.PEER_GONE);
        owner.opened();
    }

    @Override
    public void failedToOpen(long outcome) {
        openError = outcome;
    }

    @Override
    public boolean hasOutput() {
        return sending == Sending.HEAD || sending == Sending.BODY;
    }

    /** While the body is sent the response waits; between two pieces we look for it. */
    @Override
    public boolean wantsInput() {
        return !hasOutput() && !connection().isSending();
    }

    @Override
    public boolean isIdle() {
        return !hasOutput();
    }

    @Override
    public void produce(SendQueue queue) {
        if (sending == Sending.HEAD) {
            MemorySegment into = queue.block().segment();
            MemorySegment.copy(head, 0, into, JAVA_BYTE, queue.position(), head.length);
            queue.wrote(head.length);
            sending = request.hasBody() ? Sending.WAITING : Sending.DONE;
            if (sending == Sending.WAITING) {
                loop.resources().timers().schedule(goOn, loop.now() + EXPECTATION_NANOS);
            }
        } else if (sending == Sending.BODY && queue.isEmpty()) {
            produceBody(queue, Objects.requireNonNull(request.body()));
        }
    }

    private void produceBody(SendQueue queue, Request.Body file) {
        long end = file.offset() + file.length();
        if (inFlight > 0) {
            owner.sent(inFlight);
            inFlight = 0;
            if (offset == end) {
                sending = Sending.DONE;
                return;
            }
            if (loop.now() - lookedAt >= LOOK_NANOS) {
                sending = Sending.LOOKING;
                loop.resources().timers().schedule(goOn, loop.now());
                return;
            }
        }
        inFlight = Math.min(owner.piece(), end - offset);
        file.file().retain();
        queue.add(file.file(), offset, inFlight);
        offset += inFlight;
    }

    private void goOn() {
        if (sending == Sending.WAITING || sending == Sending.LOOKING) {
            sendBody();
            connection().resume();
        }
    }

    @Override
    public int received(Block bytes, int from, int to) {
        try {
            int taken = body == null
                    ? takeHead(bytes.segment(), from, to)
                    : takeBody(body, bytes.segment(), from, to);
            if (taken == to - from) {
                awaitMore();
            }
            return taken;
        } catch (IOException e) {
            fail(e);
            return to - from;
        }
    }

    private int takeHead(MemorySegment bytes, int from, int to) throws IOException {
        int length = parser.parse(bytes, from, to);
        if (length == RequestHead.INCOMPLETE) {
            return 0;
        }
        if (length < 0) {
            throw new IOException(
                    "the server at " + request.url().authority() + " does not speak HTTP/1.1");
        }
        Response arrived = Response.of(parser, request.method(), length);
        if (arrived.status() < Status.OK) {
            interim(arrived);
            return length;
        }
        // The server has answered: it needs no more of the request.
        sending = Sending.DONE;
        response = arrived;
        body = new ResponseBody(arrived, owner.answered(arrived), owner.piece());
        endIfDone(body);
        return length;
    }

    private void interim(Response arrived) throws IOException {
        if (++interims > INTERIM_MAX || arrived.status() == Status.SWITCHING_PROTOCOLS) {
            throw new IOException("the server sent an unexpected " + arrived.words());
        }
        owner.interim(arrived);
        if (arrived.status() == Status.CONTINUE && sending == Sending.WAITING) {
            sendBody();
        }
    }

    private void sendBody() {
        sending = Sending.BODY;
        lookedAt = loop.now();
    }

    private int takeBody(ResponseBody into, MemorySegment bytes, int from, int to)
            throws IOException {
        if (!into.isDone()) {
            moved(into.take(bytes, from, to));
            endIfDone(into);
        }
        return to - from;
    }

    private void moved(long octets) {
        if (octets > 0) {
            owner.received(octets);
        }
    }

    private void endIfDone(ResponseBody of) {
        if (of.isDone()) {
            whole = true;
            connection().closeWhenSent();
        }
    }

    private void awaitMore() {
        if (body != null && failure == null) {
            body.receiveInto(connection());
        }
    }

    /** Both halves of the file work on this thread: no other connection has to wait. */
    @Override
    public void receivedInto(FileSink file) {
        ResponseBody into = Objects.requireNonNull(body);
        try {
            moved(into.writeCollected());
            endIfDone(into);
            awaitMore();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        failure = e;
        connection().abort(Counter.FAILED);
    }

    @Override
    public long inputDeadline() {
        return loop.now() + request.patience().toNanos();
    }

    @Override
    public void expired() {
        stalled = true;
    }

    /** A client is not drained. */
    @Override
    public void drain() {}

    @Override
    public void closed() {
        loop.resources().timers().cancel(goOn);
        ending.complete(ending());
    }

    private Ending ending() {
        if (failure != null) {
            return Ending.failed(failure);
        }
        IOException refusal = refusal();
        if (refusal != null) {
            return Ending.failed(refusal);
        }
        // ECONNRESET, unlike ECONNREFUSED, comes from a server that had accepted.
        if (openError < 0 && openError != -Errno.ECONNRESET) {
            return Ending.unreachable(IoResult.describe(openError));
        }
        Response head = response;
        if (head != null && (whole || endedByClosing())) {
            return Ending.whole(head);
        }
        return Ending.broken(
                head,
                stalled
                        ? "the server sent nothing for " + request.patience().toSeconds() + " s"
                        : "the connection broke");
    }

    /** Why TLS with this server is not possible; null if that is not what ended the connection. */
    private @Nullable IOException refusal() {
        String server = "cannot connect to " + request.url().authority() + ": ";
        if (IoResult.isDistrust(openError)) {
            return new IOException(server + "its certificate is not accepted: "
                    + IoResult.describe(openError) + "; if you know better, name the certificate of"
                    + " its issuer with --cacert");
        }
        return openError == -Errno.EPROTO
                ? new IOException(
                        server + "it refused TLS 1.2 and 1.3, or does not speak TLS at all"
                                + " (then use http://)")
                : null;
    }

    /** Whether the end of the connection ends the body: a reset or a time limit does not. */
    private boolean endedByClosing() {
        boolean reset = gone != loop.resources().counters().get(Counter.PEER_GONE);
        return body != null && body.endsByClosing() && !stalled && !reset;
    }
}
