package sluice.http;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Fields in which proxies say for whom they pass a request on; each adds one at the end. */
public enum ForwardedField {
    /** Addresses, which every proxy knows how to add. */
    X_FORWARDED_FOR(Field.X_FORWARDED_FOR),
    /** RFC 7239: an element has parameters, and {@code for} is the address. */
    FORWARDED(Field.FORWARDED);

    /** Most proxies in a row: more are no network but an attack on who reads the field. */
    public static final int PROXIES_MAX = 32;

    private static final byte[] FOR = Octets.ascii("for");

    private final Field field;

    ForwardedField(Field field) {
        this.field = field;
    }

    /** The field's name. */
    public String label() {
        return field.toString();
    }

    /**
     * Whom each proxy passed the request on for, as text without a port and brackets, the nearest
     * proxy first; empty where it does not tell. At most {@link #PROXIES_MAX}.
     */
    public List<String> nodes(Request request) {
        List<String> nodes = new ArrayList<>();
        for (int line = request.find(field); line >= 0; line = request.next(line)) {
            MemorySegment bytes = request.bytes();
            int at = request.valueFrom(line);
            int to = request.valueTo(line);
            while (at < to) {
                int end = Lists.endOfElement(bytes, at, to);
                nodes.add(address(this == FORWARDED ? node(bytes, at, end) : text(bytes, at, end)));
                at = end + 1;
            }
        }
        Collections.reverse(nodes);
        return nodes.subList(0, Math.min(nodes.size(), PROXIES_MAX));
    }

    /** The value of {@code for} in an element: a token or a quoted string, without quotes. */
    private static String node(MemorySegment bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int end = Lists.find(bytes, at, to, ';');
            int equals = Lists.find(bytes, at, end, '=');
            int name = Octets.skipSpace(bytes, at, equals);
            if (equals < end && Octets.equalIgnoringCase(bytes, name, equals, FOR)) {
                String value = text(bytes, equals + 1, end);
                boolean quoted =
                        value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
            at = end + 1;
        }
        return "";
    }

    private static String text(MemorySegment bytes, int from, int to) {
        return Octets.string(bytes, from, to).strip();
    }

    /** Without a port: what is left of {@code 192.0.2.1:80}, {@code [2001:db8::1]:80}. */
    private static String address(String node) {
        int colon = node.indexOf(':');
        if (node.startsWith("[")) {
            int end = node.indexOf(']');
            boolean port = end > 0 && node.substring(end + 1).matches("(:[0-9]{1,5})?");
            return port ? node.substring(1, end) : "";
        }
        boolean single = colon >= 0 && colon == node.lastIndexOf(':');
        return single ? node.substring(0, colon) : node;
    }
}
