package sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.server.testing.ReceivedResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes a multipart/byteranges body apart, by the letter of RFC 2046 section 5.1.1. */
final class Parts {
    private static final Pattern TYPE =
            Pattern.compile("multipart/byteranges; boundary=([0-9A-F]+)");
    private static final Pattern HEAD = Pattern.compile(
            "Content-Type: ([^\r]+)\r\nContent-Range: bytes (\\d+)-(\\d+)/(\\d+)\r\n\r\n");

    /** One part; {@code end} is the last byte, as on the wire. */
    record Part(String type, long start, long end, long size, byte[] bytes) {}

    private Parts() {}

    static List<Part> of(ReceivedResponse response) {
        Matcher type = TYPE.matcher(response.field("Content-Type"));
        if (!type.matches()) {
            throw new AssertionError("not multipart: " + response);
        }
        String delimiter = "--" + type.group(1);
        String rest = expect(new String(response.body(), ISO_8859_1), "\r\n");
        List<Part> parts = new ArrayList<>();
        while (!rest.equals(delimiter + "--\r\n")) {
            Matcher head = HEAD.matcher(expect(rest, delimiter + "\r\n"));
            if (!head.lookingAt()) {
                throw new AssertionError("no head of a part: " + start(rest));
            }
            long first = Long.parseLong(head.group(2));
            long last = Long.parseLong(head.group(3));
            int at = delimiter.length() + 2 + head.end();
            String bytes = rest.substring(at, at + (int) (last - first + 1));
            long size = Long.parseLong(head.group(4));
            parts.add(new Part(head.group(1), first, last, size, bytes.getBytes(ISO_8859_1)));
            rest = expect(rest.substring(at + bytes.length()), "\r\n");
        }
        return parts;
    }

    private static String expect(String text, String prefix) {
        if (!text.startsWith(prefix)) {
            throw new AssertionError("expected " + prefix + ", found " + start(text));
        }
        return text.substring(prefix.length());
    }

    private static String start(String text) {
        return text.substring(0, Math.min(200, text.length()));
    }
}
