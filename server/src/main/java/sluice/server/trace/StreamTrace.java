package sluice.server.trace;

import org.jspecify.annotations.Nullable;

import sluice.http.Request;
import sluice.io.CopyMode;
import sluice.server.ResponseRecord;

/**
 * A response among others on a connection, of which it has some octets here and there: see {@link
 * StreamTraces}.
 */
public final class StreamTrace extends TracedResponse {
    /** Segments of the output that have not left completely. */
    int segments;

    long headBytes;
    long bodyBytes;
    boolean over;
    boolean complete;

    private StreamTrace(ResponseRecord.Request request) {
        super(request);
    }

    static StreamTrace of(@Nullable Request request, String version) {
        return new StreamTrace(request == null ? UNREAD : requestOf(request, version));
    }

    /**
     * What is known when the head is written.
     *
     * @param path the planned copy path of its body, of HEAD that of GET's; null if from memory
     */
    public void planned(int code, @Nullable CopyMode path) {
        status = code;
        way = path;
    }
}
