package sluice.lab.load;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.http.BodyLength;
import sluice.http.Method;
import sluice.http.RequestHead;
import sluice.http.ResponseHeadParser;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Timers;
import sluice.lab.LoadError;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** One connection: sends requests, checks their answers and takes the times. Loop thread only. */
final class LoadConnection implements Protocol {
    private final LoadLoop loop;
    private final int pipeline;
    private final Pending pending;
    private final Body body = new Body();
    private @Nullable Connection connection;
    private int due;
    private long dueSince;
    private boolean inBody;
    private int status;
    private boolean last;
    private boolean failed;
    private boolean answered;

    LoadConnection(LoadLoop loop, int pipeline) {
        this.loop = loop;
        this.pipeline = pipeline;
        pending = new Pending(pipeline);
    }

    /** Sends requests that were due at that time; 0: that are due when they are sent. */
    void send(int requests, long intended) {
        take(requests, intended);
        Objects.requireNonNull(connection, "opened").resume();
    }

    /** The same, when the connection is about to look for output anyway. */
    void take(int requests, long intended) {
        due += requests;
        dueSince = intended;
    }

    /** Whether it waits for answers. */
    boolean isBusy() {
        return !pending.isEmpty() || due > 0;
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
        loop.opened();
        loop.next(this, pipeline);
    }

    @Override
    public void failedToOpen(long outcome) {
        failed = true;
        loop.failed(LoadError.CONNECT, 1);
    }

    @Override
    public boolean hasOutput() {
        return due > 0;
    }

    /** Always: a server may close an idle connection, or answer before it was sent everything. */
    @Override
    public boolean wantsInput() {
        return true;
    }

    @Override
    public boolean isIdle() {
        return !isBusy();
    }

    @Override
    public void produce(SendQueue queue) {
        while (due > 0) {
            int target = loop.target();
            byte[] request = loop.request(target);
            if (queue.room() < request.length) {
                return;
            }
            MemorySegment into = queue.block().segment();
            MemorySegment.copy(request, 0, into, JAVA_BYTE, queue.position(), request.length);
            queue.wrote(request.length);
            loop.tookTarget();
            long now = System.nanoTime();
            pending.add(target, now, dueSince == 0 ? now : dueSince);
            due--;
        }
    }

    @Override
    public int received(Block bytes, int from, int to) {
        if (pending.isEmpty()) {
            return malformed(from, to);
        }
        int at = from;
        if (!inBody) {
            int length = takeHead(bytes, from, to);
            if (length <= 0) {
                return length == RequestHead.INCOMPLETE ? 0 : malformed(from, to);
            }
            at += length;
        }
        if (inBody) {
            at = body.take(bytes, at, to);
            if (at == Body.MALFORMED) {
                return malformed(from, to);
            }
            if (body.isDone()) {
                complete();
            }
        }
        return at - from;
    }

    private int takeHead(Block bytes, int from, int to) {
        ResponseHeadParser parser = loop.parser();
        int length = parser.parse(bytes.segment(), from, to);
        if (length > 0 && parser.status() >= Status.OK) {
            status = parser.status();
            BodyLength kind = parser.bodyLength(Method.GET);
            last = !parser.keepAlive() || kind == BodyLength.UNTIL_CLOSE;
            body.begin(kind, parser.contentLength());
            inBody = true;
        }
        return length;
    }

    private int malformed(int from, int to) {
        fail(LoadError.MALFORMED);
        return to - from;
    }

    private void complete() {
        inBody = false;
        answered = true;
        loop.answered(pending, status, body);
        pending.remove();
        if (last) {
            Objects.requireNonNull(connection).closeWhenSent();
        } else {
            loop.next(this, 1);
        }
    }

    private void fail(LoadError reason) {
        if (!failed) {
            failed = true;
            loop.failed(reason, Math.max(1, pending.size()));
            Objects.requireNonNull(connection).abort(Counter.FAILED);
        }
    }

    @Override
    public void inputEnded() {
        if (inBody && body.endsByClosing()) {
            complete();
        }
    }

    @Override
    public long inputDeadline() {
        return pending.isEmpty() ? Timers.NEVER : pending.sentAt() + loop.patience();
    }

    @Override
    public void expired() {
        fail(LoadError.TIMEOUT);
    }

    @Override
    public void closed() {
        if (!failed && !pending.isEmpty()) {
            failed = true;
            loop.failed(LoadError.BROKEN, pending.size());
        }
        loop.closed(this, connection != null, failed || !answered);
    }
}
