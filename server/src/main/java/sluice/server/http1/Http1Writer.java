package sluice.server.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import sluice.http.Fields;
import sluice.http.HttpDate;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.CopyMode;
import sluice.io.SendQueue;
import sluice.server.response.Body;
import sluice.server.response.BodyCursor;
import sluice.server.response.HttpClock;
import sluice.server.response.InformationalResponse;
import sluice.server.response.PathLine;
import sluice.server.response.Response;
import sluice.server.response.TimingLine;
import sluice.server.trace.ResponseTrace;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Turns responses into HTTP/1; no other class does. It adds what belongs to one message or its
 * connection: status line, Date, Connection, and Sluice-Path with Server-Timing if the site wants
 * them. All connections of a loop share one writer, on the loop thread only; each one's progress is
 * in its {@link Http1Exchange}.
 *
 * <p>The writer puts a head and a body from memory into one block, so a small file takes one send.
 */
final class Http1Writer {
    /**
     * Largest head: the limit of all fields, and a kilobyte for the lines that the writer adds,
     * which take a quarter of it. A block has room for it, so the writer can write every head.
     */
    static final int HEAD_MAX = Fields.LENGTH_MAX + 1_024;

    private static final byte[] NOTHING = {};
    private static final byte[] END = octets("\r\n");
    private static final byte[] END_KEEP_ALIVE = octets("Connection: keep-alive\r\n\r\n");
    private static final byte[] END_CLOSE = octets("Connection: close\r\n\r\n");
    private static final String DATE = "Date: ";

    private final HttpClock clock;
    private final PathLine pathLine;
    /** The Date line for the second {@link #dated}, and the constant lines. */
    private final byte[] date;
    /** That line after the status line of nearly every response, which saves a copy. */
    private final byte[] okAndDate;

    private long dated = Long.MIN_VALUE;

    /**
     * @param pathLine makes the field that says how a body is sent
     * @param constant lines that every final response has, each with CR LF
     */
    Http1Writer(HttpClock clock, PathLine pathLine, String constant) {
        this.clock = clock;
        this.pathLine = pathLine;
        date = octets(DATE + " ".repeat(HttpDate.LENGTH) + "\r\n" + constant);
        okAndDate =
                octets(new String(Status.line(Status.OK), US_ASCII) + new String(date, US_ASCII));
    }

    private static byte[] octets(String text) {
        return text.getBytes(US_ASCII);
    }

    /**
     * Adds pending output as far as the queue has room; true when the final response and all 1xx
     * responses before it are completely queued.
     */
    boolean produce(Http1Exchange exchange, SendQueue queue) {
        if (!writeInformational(exchange, queue)) {
            return false;
        }
        Response response = exchange.response();
        if (response == null) {
            return false;
        }
        BodyCursor rest = exchange.rest();
        if (rest == null) {
            Body body = exchange.sendsBody(response) ? response.body() : Body.NONE;
            if (!writeHead(exchange, response, body, queue)) {
                return false;
            }
            if (body instanceof Body.Region region && region.together() <= queue.room()) {
                region.addTo(queue);
                return true;
            }
            rest = exchange.begin(body);
        }
        rest.produce(queue, Long.MAX_VALUE);
        if (rest.isWaiting()) {
            exchange.await(rest);
        }
        return rest.left() == 0;
    }

    /** The copy path of the body, of GET if this is HEAD; null if it is sent from memory. */
    @Nullable
    CopyMode way(Http1Exchange exchange) {
        Response response = exchange.response();
        return response == null ? null : pathLine.way(response.body());
    }

    private static boolean writeInformational(Http1Exchange exchange, SendQueue queue) {
        InformationalResponse next = exchange.informational();
        while (next != null) {
            byte[] line = Status.line(next.status());
            if (!writeHead(queue, line, NOTHING, next.fields(), NOTHING, END, 0)) {
                return false;
            }
            exchange.informationalWritten();
            next = exchange.informational();
        }
        return true;
    }

    private boolean writeHead(
            Http1Exchange exchange, Response response, Body body, SendQueue queue) {
        setDate();
        boolean ok = response.status() == Status.OK;
        boolean written = writeHead(
                queue,
                ok ? okAndDate : Status.line(response.status()),
                ok ? NOTHING : date,
                response.fields(),
                exchange.explains() ? explanation(exchange, response.body()) : NOTHING,
                end(exchange),
                body.together());
        ResponseTrace trace = exchange.trace();
        if (written && trace != null) {
            trace.headEnds(queue);
        }
        return written;
    }

    private byte[] explanation(Http1Exchange exchange, Body body) {
        byte[] path = pathLine.line(body);
        byte[] timing = TimingLine.of(exchange.lookup(), pathLine.way(body));
        byte[] both = Arrays.copyOf(path, path.length + timing.length);
        System.arraycopy(timing, 0, both, path.length, timing.length);
        return both;
    }

    /**
     * Writes a head; false if the queue has no room.
     *
     * @param together number of octets that follow at once
     */
    private static boolean writeHead(
            SendQueue queue,
            byte[] status,
            byte[] date,
            Fields fields,
            byte[] path,
            byte[] end,
            long together) {
        int length = status.length + date.length + fields.length() + path.length + end.length;
        // The queue must know the region that follows when the loop sends the head (MSG_MORE).
        if (queue.room() < Math.min(length + together, Block.SIZE) || !queue.takesRegion()) {
            return false;
        }
        MemorySegment memory = queue.block().segment();
        int at = put(status, memory, queue.position());
        if (date.length > 0) {
            at = put(date, memory, at);
        }
        if (path.length == 0 && end.length == END.length) {
            fields.copyWithEndTo(memory, at);
        } else {
            fields.copyTo(memory, at);
            at = put(path, memory, at + fields.length());
            put(end, memory, at);
        }
        queue.wrote(length);
        return true;
    }

    private static int put(byte[] octets, MemorySegment memory, int at) {
        MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, at, octets.length);
        return at + octets.length;
    }

    private void setDate() {
        long now = clock.seconds();
        if (now != dated) {
            dated = now;
            HttpDate.format(now, date, DATE.length());
            System.arraycopy(date, 0, okAndDate, okAndDate.length - date.length, date.length);
        }
    }

    /** The last lines of a head. Keep-alive is the default of HTTP/1.1, but not of HTTP/1.0. */
    private static byte[] end(Http1Exchange exchange) {
        if (!exchange.keepAlive()) {
            return END_CLOSE;
        }
        return exchange.http10() ? END_KEEP_ALIVE : END;
    }
}
