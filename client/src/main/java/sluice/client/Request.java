package sluice.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.Method;
import sluice.http.RequestHead;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A request on a new connection.
 *
 * @param fields lines beyond those that every request has, without line ends
 * @param body what follows the head, or null
 */
record Request(
        Method method,
        HttpUrl url,
        List<String> fields,
        @Nullable Body body) {
    private static final String AGENT = "User-Agent:";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PATIENCE_WITH_BODY = Duration.ofMinutes(5);

    /** A part of a file. */
    record Body(LocalFile file, long offset, long length) {}

    /** A request without a body. */
    Request(Method method, HttpUrl url, List<String> fields) {
        this(method, url, fields, null);
    }

    /** The same with more lines. */
    Request with(List<String> more) {
        List<String> all = new ArrayList<>(fields);
        all.addAll(more);
        return new Request(method, url, all, body);
    }

    /** Whether octets follow the head. */
    boolean hasBody() {
        return body != null && body.length() > 0;
    }

    /** How long the server may stay silent; longer with a body, which it may write to a disk. */
    Duration patience() {
        return hasBody() ? PATIENCE_WITH_BODY : PATIENCE;
    }

    /**
     * The head as it is sent. With a body it has Expect: 100-continue. Then a body that the server
     * refuses is not sent at all, and the client learns the upload resource before a connection
     * can break.
     */
    byte[] head() throws IOException {
        StringBuilder head = new StringBuilder(512);
        head.append(method).append(' ').append(url.target()).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(url.authority()).append("\r\n");
        head.append("Connection: close\r\n");
        if (fields.stream()
                .noneMatch(line -> line.regionMatches(true, 0, AGENT, 0, AGENT.length()))) {
            head.append(AGENT).append(" sluice\r\n");
        }
        fields.forEach(line -> head.append(line).append("\r\n"));
        if (body != null) {
            head.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        if (hasBody()) {
            head.append("Expect: 100-continue\r\n");
        }
        byte[] octets = head.append("\r\n").toString().getBytes(ISO_8859_1);
        if (octets.length > RequestHead.MAX_HEAD) {
            throw new IOException("the URL and the fields are too long: " + octets.length
                    + " octets, and servers take " + RequestHead.MAX_HEAD);
        }
        return octets;
    }
}
