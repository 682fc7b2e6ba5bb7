package sluice.http;

import java.lang.foreign.MemorySegment;

/** Comma-separated lists, RFC 9110 section 5.6.1, with quoted strings, section 5.6.4. */
final class Lists {
    private Lists() {}

    /** The offset of the comma that ends the element at {@code at}, or {@code to}. */
    static int endOfElement(MemorySegment bytes, int at, int to) {
        return find(bytes, at, to, ',');
    }

    /** The first offset of the delimiter outside quoted strings, or {@code to}. */
    static int find(MemorySegment bytes, int at, int to, char delimiter) {
        boolean quoted = false;
        for (int i = at; i < to; i++) {
            int octet = Octets.get(bytes, i);
            if (octet == '"') {
                quoted = !quoted;
            } else if (quoted && octet == '\\') {
                i++;
            } else if (!quoted && octet == delimiter) {
                return i;
            }
        }
        return to;
    }
}
