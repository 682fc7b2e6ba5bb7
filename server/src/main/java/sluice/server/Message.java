package sluice.server;

import sluice.http.Field;
import sluice.http.ResponseHead;
import sluice.http.Status;
import sluice.io.SendQueue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A short answer that is no file: an error, a redirect, the answer to OPTIONS.
 *
 * @param fields further field lines, each with CR LF
 * @param body text, or nothing
 * @param type the media type of the body
 */
record Message(int status, byte[] fields, byte[] body, String type) implements Answer, UploadReply {
    static final byte[] NOTHING = {};
    private static final String TEXT = "text/plain; charset=utf-8";

    Message(int status, byte[] fields, byte[] body) {
        this(status, fields, body, TEXT);
    }

    /** An error in words. */
    static Message error(int status) {
        return error(status, NOTHING);
    }

    static Message error(int status, byte[] fields) {
        String text = status + " " + Status.reason(status) + "\n";
        return new Message(status, fields, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The same with one more field line. */
    Message with(String line) {
        byte[] more = line.getBytes(StandardCharsets.US_ASCII);
        byte[] lines = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, lines, fields.length, more.length);
        return new Message(status, lines, body, type);
    }

    /** Whether what was asked for was done. */
    boolean isSuccess() {
        return status < Status.MOVED_PERMANENTLY;
    }

    @Override
    public boolean produce(SendQueue queue, Exchange exchange) {
        if (queue.room() < LoopSite.HEAD_MAX + fields.length + body.length) {
            return false;
        }
        ResponseHead head = exchange.site().begin(queue, status).lines(fields);
        if (status != Status.NO_CONTENT) {
            if (body.length > 0) {
                head.field(Field.CONTENT_TYPE, type);
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
