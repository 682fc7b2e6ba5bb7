package sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What a server did with the bytes it was sent, in words that two servers can be compared by: of
 * each answer its status, what its fields mean, and of a success the body. It reads what any server
 * may send, and so is not strict.
 */
final class Outcome {
    /** What takes longer is a hang. */
    private static final int PATIENCE_MILLIS = 30_000;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})[^\r\n]*\r\n");
    private static final Pattern PART = Pattern.compile(
            "Content-Range: bytes (\\d+)-(\\d+)/(\\d+)\r\n\r\n", Pattern.CASE_INSENSITIVE);

    private final Map<String, String> bodies;
    private final String stream;
    private int at;

    private Outcome(Map<String, String> bodies, byte[] stream) {
        this.bodies = bodies;
        this.stream = new String(stream, ISO_8859_1);
    }

    /**
     * Sends all at once, ends its side, and reads until the server ends the other.
     *
     * @param bodies names of contents known to both servers, by content
     */
    static String of(int port, byte[] request, Map<String, String> bodies) throws IOException {
        var outcome = new Outcome(bodies, exchange(port, request));
        List<String> answers = new ArrayList<>();
        while (outcome.at < outcome.stream.length()) {
            answers.add(outcome.next());
        }
        return answers.isEmpty() ? "no answer" : String.join(" + ", answers);
    }

    /** All that comes back. */
    static byte[] exchange(int port, byte[] request) throws IOException {
        var received = new ByteArrayOutputStream();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                received.write(buffer, 0, read);
            }
        } catch (SocketTimeoutException e) {
            throw new IOException("the connection hangs", e);
        } catch (IOException e) {
            // A server that ends by RST has said what it had to say.
        }
        return received.toByteArray();
    }

    private String next() {
        Matcher status = STATUS.matcher(stream).region(at, stream.length());
        int headEnd = stream.indexOf("\r\n\r\n", at);
        if (!status.lookingAt() || headEnd < 0) {
            return "a body without a head: " + named(rest());
        }
        Map<String, String> fields = fields(stream.substring(status.end(), headEnd + 2));
        at = headEnd + 4;
        int code = Integer.parseInt(status.group(1));
        if (code < 200) {
            return String.valueOf(code);
        }
        String body = body(fields);
        var words = new StringBuilder().append(code);
        if (code < 300) {
            words.append(' ').append(content(fields, body));
        }
        String location = fields.get("location");
        if (location != null) {
            // Absolute or not, RFC 9110 section 10.2.2 makes the same of it.
            words.append(" to ").append(location.replaceFirst("^https?://[^/]*", ""));
        }
        words.append(fields.containsKey("allow") ? " with Allow" : "");
        append(words, fields.get("content-range"));
        append(words, fields.get("content-encoding"));
        return words.toString();
    }

    private static void append(StringBuilder words, @Nullable String value) {
        if (value != null) {
            words.append(", ").append(value);
        }
    }

    private static Map<String, String> fields(String lines) {
        Map<String, String> fields = new TreeMap<>();
        for (String line : lines.lines().toList()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            fields.put(name, line.substring(colon + 1).strip());
        }
        return fields;
    }

    /** No body follows where the next answer or the end does: so it is with HEAD. */
    private String body(Map<String, String> fields) {
        if (at == stream.length() || stream.startsWith("HTTP/1.", at)) {
            return "";
        }
        String length = fields.get("content-length");
        if (length == null) {
            return rest();
        }
        int from = at;
        at = Math.min(stream.length(), at + Integer.parseInt(length));
        return stream.substring(from, at);
    }

    private String rest() {
        int from = at;
        at = stream.length();
        return stream.substring(from);
    }

    private String content(Map<String, String> fields, String body) {
        if (!fields.getOrDefault("content-type", "").startsWith("multipart/byteranges")) {
            return body.isEmpty() ? "no body" : named(body);
        }
        var parts = new StringBuilder("parts");
        Matcher part = PART.matcher(body);
        for (int from = 0; part.find(from); ) {
            int first = Integer.parseInt(part.group(1));
            int last = Integer.parseInt(part.group(2));
            from = part.end() + last - first + 1;
            parts.append(' ').append(first).append('-').append(last).append('/');
            parts.append(part.group(3)).append(' ').append(named(body.substring(part.end(), from)));
        }
        return parts.toString();
    }

    /** A name, the octets if they are few and plain, or their number and checksum. */
    private String named(String body) {
        String name = bodies.get(body);
        if (name != null) {
            return name;
        }
        if (body.length() <= 16 && body.chars().allMatch(c -> c == '\n' || c >= ' ' && c < 0x7f)) {
            return '"' + body.replace("\n", "\\n") + '"';
        }
        var checksum = new CRC32();
        checksum.update(body.getBytes(ISO_8859_1));
        return body.length() + " bytes of checksum " + Long.toHexString(checksum.getValue());
    }
}
