package sluice.server.app;

import org.jspecify.annotations.Nullable;

import sluice.http.BodyLength;
import sluice.http.ChunkedDecoder;
import sluice.http.Fields;
import sluice.http.Method;
import sluice.http.RequestHead;
import sluice.http.ResponseHeadParser;
import sluice.http.Status;
import sluice.server.response.Body;
import sluice.server.response.Response;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One request to an application and its answer. Threads of its own wait for the application; the
 * loop closes it, in whatever state it is.
 */
public final class AppCall {
    /** Bytes of a body that are read at once; a shorter body is read with its head. */
    static final int PART = 16 << 10;
    /** Longest body without a Content-Length: it has to be whole before its length is known. */
    static final int COLLECTED_MAX = 1 << 20;

    private static final int INFORMATIONAL_MAX = 10;

    private final AppClient client;
    private final byte[] request;
    private final boolean headOnly;
    private final Executor loop;

    /** Why no answer is waited for any more. */
    private enum End {
        NONE,
        LATE,
        LEFT
    }

    private volatile @Nullable SocketChannel channel;
    /** Changes under this object's lock, once. */
    private volatile End end = End.NONE;

    /** Bytes that were read with the head, or with a part before: {@code from..to}. */
    private byte[] read = new byte[RequestHead.MAX_HEAD];

    private int from;
    private int to;

    AppCall(AppClient client, byte[] request, boolean headOnly, Executor loop) {
        this.client = client;
        this.request = request;
        this.headOnly = headOnly;
        this.loop = loop;
    }

    Executor loop() {
        return loop;
    }

    /** Asks, and waits for the answer; on a thread that may wait. Never throws. */
    public AppAnswer ask() {
        try {
            return timed(this::exchange);
        } catch (IOException | RuntimeException e) {
            SocketChannel open = channel;
            boolean connected = open != null && open.isConnected();
            End how = end;
            close();
            if (how == End.LEFT) {
                return AppAnswer.failed(Status.GATEWAY_TIMEOUT, "the client has left");
            }
            if (how == End.LATE) {
                client.warn("did not answer within " + client.patience().toSeconds() + " s");
                return AppAnswer.failed(Status.GATEWAY_TIMEOUT, "the application is too slow");
            }
            client.warn((connected ? "gave no valid answer: " : "cannot be reached: ") + e);
            return connected
                    ? AppAnswer.failed(Status.BAD_GATEWAY, "the application gave no valid answer")
                    : AppAnswer.failed(
                            Status.SERVICE_UNAVAILABLE, "the application cannot be reached");
        }
    }

    /** A step that waits for the application. */
    interface Step<T> {
        T run() throws IOException;
    }

    /** Runs a step that waits for the application; after the time limit its channel closes. */
    <T> T timed(Step<T> step) throws IOException {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        over.completeOnTimeout(true, client.patience().toNanos(), TimeUnit.NANOSECONDS)
                .thenAccept(isLate -> {
                    if (isLate) {
                        end(End.LATE);
                    }
                });
        try {
            return step.run();
        } finally {
            over.complete(false);
        }
    }

    private AppAnswer exchange() throws IOException {
        SocketChannel connected = connect();
        ByteBuffer output = ByteBuffer.wrap(request);
        while (output.hasRemaining()) {
            connected.write(output);
        }
        ResponseHeadParser head = readHead();
        BodyLength kind = head.bodyLength(headOnly ? Method.HEAD : Method.GET);
        String file = AppAnswer.file(head.fields());
        if (file != null && head.status() == Status.OK) {
            close();
            Fields fields = AppAnswer.fields(head.fields(), true);
            return new AppAnswer(new Response(head.status(), fields, Body.NONE), file);
        }
        Fields fields = AppAnswer.fields(head.fields(), false);
        return AppAnswer.of(
                switch (kind) {
                    case NONE -> withoutBody(head, fields);
                    case FIXED -> withBody(head, fields);
                    case CHUNKED -> whole(head, fields, collectChunks());
                    case UNTIL_CLOSE -> whole(head, fields, collectAll());
                });
    }

    private SocketChannel connect() throws IOException {
        SocketAddress address = client.address();
        SocketChannel opened = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        synchronized (this) {
            channel = opened;
            if (end != End.NONE) {
                opened.close();
            }
        }
        opened.connect(address);
        return opened;
    }

    /** Reads more bytes behind those that are there; false at the end. */
    private boolean readMore() throws IOException {
        SocketChannel open = channel;
        if (open == null) {
            throw new EOFException("not connected");
        }
        if (from == to) {
            from = 0;
            to = 0;
        }
        int count = open.read(ByteBuffer.wrap(read, to, read.length - to));
        to += Math.max(0, count);
        return count > 0;
    }

    private ResponseHeadParser readHead() throws IOException {
        ResponseHeadParser head = new ResponseHeadParser();
        MemorySegment bytes = MemorySegment.ofArray(read);
        int informational = 0;
        while (true) {
            int length = to == from ? RequestHead.INCOMPLETE : head.parse(bytes, from, to);
            if (length < 0 || length == RequestHead.INCOMPLETE && to == read.length) {
                throw new IOException("no head of HTTP/1, or one that is too long");
            }
            from += length;
            if (length != RequestHead.INCOMPLETE && head.status() >= Status.OK) {
                // Offsets of the head stay valid: the bytes behind it are read elsewhere.
                read = Arrays.copyOfRange(read, from, Math.max(to, from + 1));
                to -= from;
                from = 0;
                return head;
            }
            if (length != RequestHead.INCOMPLETE && ++informational > INFORMATIONAL_MAX) {
                throw new IOException("more than " + INFORMATIONAL_MAX + " responses 1xx");
            }
            if (length == RequestHead.INCOMPLETE && !readMore()) {
                throw new EOFException("it closed the connection");
            }
        }
    }

    private Response withoutBody(ResponseHeadParser head, Fields fields) {
        close();
        boolean announces = headOnly && head.contentLength() >= 0;
        return announces
                ? Response.of(head.status(), fields, new AppBody(this, head.contentLength()))
                : new Response(head.status(), fields, Body.NONE);
    }

    private Response withBody(ResponseHeadParser head, Fields fields) throws IOException {
        long length = head.contentLength();
        return length > PART
                ? Response.of(head.status(), fields, new AppBody(this, length))
                : whole(head, fields, part((int) length));
    }

    private Response whole(ResponseHeadParser head, Fields fields, byte[] octets) {
        close();
        return Response.of(head.status(), fields, new Body.Memory(octets));
    }

    /** The next octets of a body that has so many more, all of them if they are few. */
    byte[] part(long left) throws IOException {
        byte[] part = new byte[(int) Math.min(left, PART)];
        int held = Math.min(to - from, part.length);
        System.arraycopy(read, from, part, 0, held);
        from += held;
        ByteBuffer rest = ByteBuffer.wrap(part, held, part.length - held);
        SocketChannel open = channel;
        while (rest.hasRemaining()) {
            if (open == null || open.read(rest) < 0) {
                throw new EOFException("it closed the connection within a body");
            }
        }
        return part;
    }

    private byte[] collectAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        read = to == from ? new byte[PART] : Arrays.copyOf(read, to + PART);
        do {
            add(all, to - from);
        } while (readMore());
        return all.toByteArray();
    }

    private byte[] collectChunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ChunkedDecoder decoder = new ChunkedDecoder();
        read = Arrays.copyOf(read, to + PART);
        while (!decoder.isDone()) {
            if (from == to && !readMore()) {
                throw new EOFException("it closed the connection within a body");
            }
            int framing = decoder.advance(MemorySegment.ofArray(read), from, to);
            if (framing < 0) {
                throw new IOException("chunks that cannot be read");
            }
            from += framing;
            int data = (int) Math.min(decoder.dataRemaining(), to - from);
            add(all, data);
            decoder.took(data);
        }
        return all.toByteArray();
    }

    private void add(ByteArrayOutputStream all, int octets) throws IOException {
        if (all.size() + octets > COLLECTED_MAX) {
            throw new IOException(
                    "a body without Content-Length of more than " + COLLECTED_MAX + " octets");
        }
        all.write(read, from, octets);
        from += octets;
    }

    /** Ends the call, whatever it does: its channel closes, and who waits for it fails. */
    public void close() {
        end(End.LEFT);
    }

    private synchronized void end(End how) {
        if (end != End.NONE) {
            return;
        }
        end = how;
        client.ended();
        SocketChannel open = channel;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                client.warn("has a connection that cannot be closed: " + e);
            }
        }
    }
}
