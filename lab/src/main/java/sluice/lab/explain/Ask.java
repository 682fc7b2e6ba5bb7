package sluice.lab.explain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import sluice.client.HttpUrl;
import sluice.http.FieldLines;
import sluice.http.RequestHead;
import sluice.http.ResponseHeadParser;
import sluice.http.Status;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/** One request, on a connection of its own. Its User-Agent is found again in an access log. */
public final class Ask {
    /** How long to wait for a connection, and for each part of the answer. */
    private static final int PATIENCE_MILLIS = (int) Duration.ofSeconds(10).toMillis();
    /** What browsers take over http. */
    private static final String CODINGS = "gzip, deflate";

    private final HttpUrl url;
    private final List<String> fields;
    private final String name;

    /**
     * @param fields more lines of the head; one with Accept-Encoding replaces what browsers say
     */
    public Ask(HttpUrl url, List<String> fields) {
        this.url = url;
        this.fields = fields;
        name = "sluice-explain/"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** The User-Agent, which no other request has. */
    public String name() {
        return name;
    }

    private String codings() {
        return fields.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("accept-encoding:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(CODINGS);
    }

    private byte[] request() {
        StringBuilder head = new StringBuilder("GET " + url.target() + " HTTP/1.1\r\nHost: "
                + url.authority() + "\r\nUser-Agent: " + name + "\r\nConnection: close\r\n");
        if (codings().equals(CODINGS)) {
            head.append("Accept-Encoding: ").append(CODINGS).append("\r\n");
        }
        fields.forEach(line -> head.append(line).append("\r\n"));
        return head.append("\r\n").toString().getBytes(US_ASCII);
    }

    /**
     * Sends it and takes the whole answer.
     *
     * @throws IOException if none comes, or it is malformed
     */
    public Answered send() throws IOException {
        byte[] request = request();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(url.host(), url.port()), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            long begun = System.nanoTime();
            socket.getOutputStream().write(request);
            return read(socket.getInputStream(), begun);
        } catch (IOException e) {
            throw new IOException(url + " gives no answer: " + e.getMessage(), e);
        }
    }

    private Answered read(InputStream in, long begun) throws IOException {
        byte[] bytes = new byte[2 * RequestHead.MAX_HEAD];
        ResponseHeadParser head = new ResponseHeadParser();
        int from = 0;
        int end = 0;
        while (true) {
            int length = head.parse(MemorySegment.ofArray(bytes), from, end);
            if (length == ResponseHeadParser.MALFORMED) {
                throw new IOException("it is no answer of HTTP/1");
            }
            if (length > 0 && head.status() >= Status.OK) {
                return rest(in, head, length, end - from - length, begun);
            }
            if (length > 0) {
                from += length;
                continue;
            }
            if (from > 0) {
                System.arraycopy(bytes, from, bytes, 0, end - from);
                end -= from;
                from = 0;
            }
            int read = in.read(bytes, end, bytes.length - end);
            if (read <= 0) {
                throw new EOFException("the connection ended before the answer's head");
            }
            end += read;
        }
    }

    private Answered rest(
            InputStream in, ResponseHeadParser head, int length, int known, long begun)
            throws IOException {
        long headNanos = System.nanoTime() - begun;
        Map<String, String> values = new TreeMap<>();
        FieldLines lines = head.fields();
        for (int i = 0; i < lines.count(); i++) {
            values.merge(
                    lines.name(i).toLowerCase(Locale.ROOT),
                    lines.value(i),
                    (first, more) -> first + ", " + more);
        }
        byte[] piece = new byte[64 << 10];
        long body = known;
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            body += read;
        }
        if (head.contentLength() > body) {
            throw new EOFException("the connection ended after " + body + " of "
                    + head.contentLength() + " bytes");
        }
        return new Answered(
                head.status(),
                values,
                length,
                body,
                headNanos,
                System.nanoTime() - begun,
                codings());
    }
}
