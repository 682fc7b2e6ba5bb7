package sluice.server.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Status;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A response, independent of any protocol's syntax: a writer for HTTP/1, or another protocol, turns
 * it into octets. It does not change during a send, so the server makes a frequent response once,
 * and any number of connections may send it at the same time.
 *
 * @param status 200 or higher
 * @param fields the fields of the response itself, including Content-Length; the writer adds the
 *     fields of one message or connection (Date, Connection)
 * @param body the body for a GET; the writer omits it if it answers a HEAD
 */
public record Response(int status, Fields fields, Body body) {
    private static final int LAST_STATUS = 599;
    private static final String TEXT = "text/plain; charset=utf-8";

    /** Error responses by status, each made at its first use. */
    private static final AtomicReferenceArray<@Nullable Response> ERRORS =
            new AtomicReferenceArray<>(LAST_STATUS + 1);

    /** Adds Content-Length to the fields, if a response of this status has a body. */
    public static Response of(int status, Fields fields, Body body) {
        return Status.hasContent(status)
                ? new Response(status, fields.with(Field.CONTENT_LENGTH, body.length()), body)
                : new Response(status, fields, body);
    }

    /** A response with an empty body. */
    public static Response of(int status, Fields fields) {
        return of(status, fields, Body.NONE);
    }

    /** An error response with a line of text. */
    public static Response error(int status) {
        Response known = ERRORS.get(status);
        if (known == null) {
            known = error(status, Fields.NONE);
            ERRORS.set(status, known);
        }
        return known;
    }

    public static Response error(int status, Fields fields) {
        return error(status, fields, Status.reason(status));
    }

    /** An error response whose line says in words what is wrong. */
    public static Response error(int status, Fields fields, String words) {
        String text = status + " " + words + "\n";
        Body body = new Body.Memory(text.getBytes(US_ASCII));
        return of(status, fields.with(Field.CONTENT_TYPE, TEXT), body);
    }

    /** A copy with more fields. */
    public Response with(Fields more) {
        return new Response(status, fields.and(more), body);
    }

    /** Whether the server did what the client asked for. */
    public boolean isSuccess() {
        return status < Status.MOVED_PERMANENTLY;
    }

    /** Releases what the body holds, sent or not. Call it once. */
    public void release() {
        body.release();
    }
}
