package sluice.server.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import sluice.http.FieldLines;
import sluice.http.ResponseHeadParser;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A response that was read whole.
 *
 * @param fields by names in lower case
 */
public record ReceivedResponse(
        int status, Map<String, List<String>> fields, byte[] body, boolean keepAlive) {
    public static ReceivedResponse of(ResponseHeadParser head, byte[] body) {
        Map<String, List<String>> fields = new TreeMap<>();
        FieldLines lines = head.fields();
        for (int line = 0; line < lines.count(); line++) {
            String name = lines.name(line).toLowerCase(Locale.ROOT);
            fields.computeIfAbsent(name, _ -> new ArrayList<>()).add(lines.value(line));
        }
        return new ReceivedResponse(head.status(), fields, body, head.keepAlive());
    }

    /** The value of a field that was sent once. */
    public String field(String name) {
        List<String> values = fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        if (values.size() != 1) {
            throw new AssertionError(values.size() + " fields " + name + " in " + this);
        }
        return values.getFirst();
    }

    public boolean has(String name) {
        return fields.containsKey(name.toLowerCase(Locale.ROOT));
    }

    public long contentLength() {
        return Long.parseLong(field("Content-Length"));
    }

    public String text() {
        return new String(body, UTF_8);
    }

    @Override
    public String toString() {
        String start = new String(body, 0, Math.min(80, body.length), ISO_8859_1);
        return status + " " + fields + " " + body.length + " bytes: " + start;
    }
}
