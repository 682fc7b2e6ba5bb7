package sluice.server.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Status;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What a request is answered, in no syntax: a writer of HTTP/1, or of anything else, makes octets
 * of it. Nothing in it changes while it is sent, so one that is sent often is made once, and any
 * number of connections may be sending it.
 *
 * @param status from 200
 * @param fields all that say something of the answer itself, Content-Length among them; what
 *     belongs to one message or one connection (Date, Connection) is the writer's
 * @param body what a GET gets; a writer leaves it away where the answer is to a HEAD
 */
public record Response(int status, Fields fields, Body body) {
    private static final int LAST_STATUS = 599;
    private static final String TEXT = "text/plain; charset=utf-8";

    /** By status, as they come to be needed. */
    private static final AtomicReferenceArray<@Nullable Response> ERRORS =
            new AtomicReferenceArray<>(LAST_STATUS + 1);

    /** With the length of its body among its fields, if a response of this status has a body. */
    public static Response of(int status, Fields fields, Body body) {
        return Status.hasContent(status)
                ? new Response(status, fields.with(Field.CONTENT_LENGTH, body.length()), body)
                : new Response(status, fields, body);
    }

    /** Nothing but fields. */
    public static Response of(int status, Fields fields) {
        return of(status, fields, Body.NONE);
    }

    /** An error in words. */
    public static Response error(int status) {
        Response known = ERRORS.get(status);
        if (known == null) {
            known = error(status, Fields.NONE);
            ERRORS.set(status, known);
        }
        return known;
    }

    public static Response error(int status, Fields fields) {
        String text = status + " " + Status.reason(status) + "\n";
        Body body = new Body.Memory(text.getBytes(US_ASCII));
        return of(status, fields.with(Field.CONTENT_TYPE, TEXT), body);
    }

    /** The same with more fields. */
    public Response with(Fields more) {
        return new Response(status, fields.and(more), body);
    }

    /** Whether what was asked for was done. */
    public boolean isSuccess() {
        return status < Status.MOVED_PERMANENTLY;
    }

    /** Lets go of what its body holds, sent or not. Called once. */
    public void release() {
        body.release();
    }
}
