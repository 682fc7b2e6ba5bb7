package sluice.server.app;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.Method;
import sluice.http.Request;
import sluice.http.RequestTarget;
import sluice.io.AddressText;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** A request as the application gets it. */
final class AppRequest {
    /**
     * Fields that are of one connection (RFC 9110 section 7.6.1), or that announce a body, which is
     * not passed on; and what a client could claim about itself.
     */
    private static final Set<String> KEPT_BACK = Set.of(
            "connection",
            "content-length",
            "expect",
            "forwarded",
            "http2-settings",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-real-ip");

    private AppRequest() {}

    /**
     * The octets of the request, for a connection of its own.
     *
     * @param target has decoded its path: the application sees the same path as the rule that chose
     *     it, without dot segments
     */
    static byte[] of(Request request, RequestTarget target, RequestOrigin origin) {
        byte[] path = Arrays.copyOf(target.bytes(), target.length());
        StringBuilder text = new StringBuilder(request.method() == Method.HEAD ? "HEAD " : "GET ")
                .append(RequestTarget.encode(path).replace("%2F", "/"));
        MemorySegment bytes = request.bytes();
        if (request.hasQuery()) {
            text.append('?').append(text(bytes, request.queryFrom(), request.queryTo()));
        }
        text.append(" HTTP/1.1\r\n");
        int at = endOfLine(bytes, request.targetTo());
        Set<String> named = namedByConnection(bytes, at);
        for (int end = endOfLine(bytes, at); end - at > 2; end = endOfLine(bytes, at)) {
            String line = text(bytes, at, end);
            String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
            if (!KEPT_BACK.contains(name) && !named.contains(name)) {
                text.append(line);
            }
            at = end;
        }
        addOrigin(text, origin);
        return text.append("Connection: close\r\n\r\n").toString().getBytes(ISO_8859_1);
    }

    /**
     * A proxy before this server may have ended TLS, so a request without TLS here is not said to
     * be one without.
     */
    private static void addOrigin(StringBuilder text, RequestOrigin origin) {
        InetSocketAddress client = origin.client();
        if (client != null) {
            text.append("X-Forwarded-For: ")
                    .append(AddressText.of(client.getAddress()))
                    .append("\r\n");
        }
        if (origin.secure()) {
            text.append("X-Forwarded-Proto: https\r\n");
        }
    }

    private static Set<String> namedByConnection(MemorySegment bytes, int first) {
        Set<String> named = new HashSet<>();
        int at = first;
        for (int end = endOfLine(bytes, at); end - at > 2; end = endOfLine(bytes, at)) {
            String line = text(bytes, at, end).toLowerCase(Locale.ROOT);
            if (line.startsWith("connection:")) {
                for (String name : line.substring(line.indexOf(':') + 1).split(",")) {
                    named.add(name.strip());
                }
            }
            at = end;
        }
        return named;
    }

    /** Behind the next LF: the head has been parsed, so there is one. */
    private static int endOfLine(MemorySegment bytes, int from) {
        int at = from;
        while (bytes.get(JAVA_BYTE, at) != '\n') {
            at++;
        }
        return at + 1;
    }

    private static String text(MemorySegment bytes, int from, int to) {
        return new String(bytes.asSlice(from, (long) to - from).toArray(JAVA_BYTE), ISO_8859_1);
    }
}
