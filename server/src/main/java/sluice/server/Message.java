package sluice.server;

import sluice.http.Field;
import sluice.http.ResponseHead;
import sluice.http.Status;
import sluice.io.SendQueue;

import java.nio.charset.StandardCharsets;

/**
 * A short answer that is no file: an error, a redirect, the answer to OPTIONS.
 *
 * @param fields further field lines, each with CR LF
 * @param body text, or nothing
 */
record Message(int status, byte[] fields, byte[] body) implements Answer {
    static final byte[] NOTHING = {};

    /** An error in words. */
    static Message error(int status) {
        return error(status, NOTHING);
    }

    static Message error(int status, byte[] fields) {
        String text = status + " " + Status.reason(status) + "\n";
        return new Message(status, fields, text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public boolean produce(SendQueue queue, Exchange exchange) {
        if (queue.room() < LoopSite.HEAD_MAX + fields.length + body.length) {
            return false;
        }
        ResponseHead head = exchange.site().begin(queue, status).lines(fields);
        if (status != Status.NO_CONTENT) {
            if (body.length > 0) {
                head.field(Field.CONTENT_TYPE, "text/plain; charset=utf-8");
            }
            head.field(Field.CONTENT_LENGTH, body.length);
        }
        exchange.site().end(queue, exchange);
        if (!exchange.headOnly && body.length > 0) {
            exchange.site().write(queue).put(body);
            exchange.site().wrote(queue);
        }
        return true;
    }

    @Override
    public void release() {}
}
