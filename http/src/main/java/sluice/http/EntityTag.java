package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * Entity tags as octets, quotes and a weak mark included: {@code "x"} or {@code W/"x"} (RFC 9110
 * section 8.8.3). No octets at all stand for a representation without a tag, which matches none.
 */
final class EntityTag {
    private EntityTag() {}

    static boolean isWeak(byte[] tag) {
        return tag.length > 1 && tag[0] == 'W' && tag[1] == '/';
    }

    /**
     * True if the list at [from, to) has a tag that equals this one. A list is read up to its first
     * mistake. Commas and backslashes inside quotes are octets like any other.
     */
    static boolean listMatches(
            MemorySegment bytes, int from, int to, byte[] tag, boolean strongly) {
        int at = from;
        while (true) {
            at = skipSeparators(bytes, at, to);
            int end = endOfTag(bytes, at, to);
            if (end < 0) {
                return false;
            }
            if (matches(bytes, at, end, tag, strongly)) {
                return true;
            }
            at = Octets.skipSpace(bytes, end, to);
            if (at < to && Octets.get(bytes, at) != ',') {
                return false;
            }
        }
    }

    /** Compares one tag, section 8.8.3.2. */
    static boolean matches(MemorySegment bytes, int from, int to, byte[] tag, boolean strongly) {
        boolean weak = isWeak(bytes, from, to);
        if (strongly && (weak || isWeak(tag))) {
            return false;
        }
        int theirs = weak ? from + 2 : from;
        int ours = isWeak(tag) ? 2 : 0;
        if (to - theirs != tag.length - ours || to == theirs) {
            return false;
        }
        for (int i = 0; i < to - theirs; i++) {
            if (Octets.get(bytes, theirs + i) != tag[ours + i]) {
                return false;
            }
        }
        return true;
    }

    /** The offset after the tag at {@code at}, or -1 if there is none. */
    static int endOfTag(MemorySegment bytes, int at, int to) {
        int quote = isWeak(bytes, at, to) ? at + 2 : at;
        if (quote >= to || Octets.get(bytes, quote) != '"') {
            return -1;
        }
        for (int i = quote + 1; i < to; i++) {
            int octet = Octets.get(bytes, i) & 0xFF;
            if (octet == '"') {
                return i + 1;
            }
            if (octet <= ' ' || octet == 0x7F) {
                return -1;
            }
        }
        return -1;
    }

    private static boolean isWeak(MemorySegment bytes, int at, int to) {
        return to - at > 1 && Octets.get(bytes, at) == 'W' && Octets.get(bytes, at + 1) == '/';
    }

    private static int skipSeparators(MemorySegment bytes, int from, int to) {
        int at = from;
        while (at < to && (Octets.isSpace(Octets.get(bytes, at)) || Octets.get(bytes, at) == ',')) {
            at++;
        }
        return at;
    }
}
