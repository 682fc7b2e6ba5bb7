package sluice.server.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import sluice.http.Fields;
import sluice.http.HttpDate;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.SendQueue;
import sluice.server.response.Body;
import sluice.server.response.BodyCursor;
import sluice.server.response.HttpClock;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;
import sluice.server.trace.ResponseTrace;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Makes octets of HTTP/1 of responses; nothing else does. It adds what belongs to a message or to
 * its connection: the status line, Date, Connection, and how the body goes if that is to be told.
 * One for all connections of a loop, loop thread only; how far each of them is, is in its {@link
 * Http1Exchange}.
 *
 * <p>A head goes into one block at once, and with it a body that is in memory: so a small file
 * takes one send.
 */
final class Http1Writer {
    /**
     * Octets of a head: all the fields there may be, and a kilobyte for the lines from here, which
     * are a quarter of that. A block has room for it, so every head can be written.
     */
    static final int HEAD_MAX = Fields.LENGTH_MAX + 1_024;

    private static final byte[] NOTHING = {};
    private static final byte[] END = octets("\r\n");
    private static final byte[] END_KEEP_ALIVE = octets("Connection: keep-alive\r\n\r\n");
    private static final byte[] END_CLOSE = octets("Connection: close\r\n\r\n");
    private static final String DATE = "Date: ";

    private final HttpClock clock;
    private final PathLine pathLine;
    /** The line of Date, of the second {@link #dated}. */
    private final byte[] date = octets(DATE + " ".repeat(HttpDate.LENGTH) + "\r\n");
    /** The same behind the status line of nearly every response: one copy less. */
    private final byte[] okAndDate =
            octets(new String(Status.line(Status.OK), US_ASCII) + new String(date, US_ASCII));

    private long dated = Long.MIN_VALUE;

    /**
     * @param pathLine tells in heads how bodies travel
     */
    Http1Writer(HttpClock clock, PathLine pathLine) {
        this.clock = clock;
        this.pathLine = pathLine;
    }

    private static byte[] octets(String text) {
        return text.getBytes(US_ASCII);
    }

    /**
     * Adds what is due and the queue has room for; true when the response is whole in it, and those
     * before it are.
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
        return rest.left() == 0;
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
                exchange.explains() ? path(response.body()) : NOTHING,
                end(exchange),
                body.together());
        ResponseTrace trace = exchange.trace();
        if (written && trace != null) {
            trace.headEnds(queue);
        }
        return written;
    }

    private byte[] path(Body body) {
        return pathLine.line(body.inMemory(), body.fileOctets());
    }

    /**
     * Writes a head; false if there is no room.
     *
     * @param together octets that follow at once
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
        // A region that follows is to be known when the head is sent (MSG_MORE).
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

    /** The last lines of a head. Keep-alive goes without saying in HTTP/1.1, and only there. */
    private static byte[] end(Http1Exchange exchange) {
        if (!exchange.keepAlive()) {
            return END_CLOSE;
        }
        return exchange.http10() ? END_KEEP_ALIVE : END;
    }
}
