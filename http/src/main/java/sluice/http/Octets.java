package sluice.http;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Octets of a message: classes of characters by RFC 9110 and RFC 3986, and scans over segments. */
final class Octets {
    /** tchar, RFC 9110 section 5.6.2. */
    static final int TOKEN = 1;
    /**
     * pchar, '/', and []^|, which browsers do not encode in a path although RFC 3986 demands it.
     */
    static final int PATH = 2;
    /** All visible characters except '#', which is never sent, and the delimiters '"', '<', '>'. */
    static final int QUERY = 4;
    /** reg-name without the percent sign, RFC 3986 section 3.2.2. */
    static final int HOST = 8;

    static final int DIGIT = 16;
    static final int HEX = 32;
    /** field-vchar, SP and HTAB, RFC 9110 section 5.5. */
    static final int TEXT = 64;

    static final byte HTAB = '\t';
    static final byte LF = '\n';
    static final byte CR = '\r';

    private static final ValueLayout.OfLong WORD =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = EACH << 7;

    private static final byte[] KINDS = kinds();

    private Octets() {}

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        String alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        String unreserved = alphanumeric + "-._~";
        String subDelims = "!$&'()*+,;=";
        mark(kinds, TOKEN, alphanumeric + "!#$%&'*+-.^_`|~");
        mark(kinds, PATH, unreserved + subDelims + ":@/%" + "[]^|");
        mark(kinds, QUERY, unreserved + subDelims + ":@/%?" + "[]^|" + "\\`{}");
        mark(kinds, HOST, unreserved + subDelims);
        mark(kinds, DIGIT, "0123456789");
        mark(kinds, HEX, "0123456789ABCDEFabcdef");
        for (int octet = 0; octet < 256; octet++) {
            if (octet == HTAB || octet >= ' ' && octet != 0x7F) {
                kinds[octet] |= TEXT;
            }
        }
        return kinds;
    }

    private static void mark(byte[] kinds, int kind, String characters) {
        for (int i = 0; i < characters.length(); i++) {
            kinds[characters.charAt(i)] |= (byte) kind;
        }
    }

    static boolean is(int octet, int kind) {
        return (KINDS[octet & 0xFF] & kind) != 0;
    }

    static byte get(MemorySegment bytes, int at) {
        return bytes.get(ValueLayout.JAVA_BYTE, at);
    }

    /** Eight octets, the first one in the lowest bits. */
    static long word(MemorySegment bytes, int at) {
        return bytes.get(WORD, at);
    }

    /** The high bit of each octet that is neither a letter nor "-": field names have few others. */
    static long otherThanLetters(long word) {
        long low = (word | EACH * ' ') & ~HIGH;
        long fromA = low + EACH * (0x80 - 'a');
        long beyondZ = low + EACH * (0x7F - 'z');
        long letters = fromA & ~beyondZ & ~word;
        long dash = word ^ EACH * '-';
        long notDash = (dash & ~HIGH) + ~HIGH | dash;
        return ~(letters | ~notDash) & HIGH;
    }

    /** Letters in lower case; "-" stays as it is. */
    static long lowerLetters(long word) {
        return word | EACH * ' ';
    }

    /** The word of up to eight ASCII characters, in the same form. */
    static long word(String ascii) {
        long word = 0;
        for (int i = 0; i < ascii.length(); i++) {
            word |= (long) ascii.charAt(i) << 8 * i;
        }
        return word;
    }

    /** The first offset in [at, limit) whose octet is not of the kind, or limit. */
    static int skip(MemorySegment bytes, int at, int limit, int kind) {
        int i = at;
        while (i < limit && is(get(bytes, i), kind)) {
            i++;
        }
        return i;
    }

    /** Like {@code skip(.., TEXT)}, eight octets at a time. */
    static int skipText(MemorySegment bytes, int at, int limit) {
        int i = at;
        while (limit - i >= Long.BYTES) {
            long word = word(bytes, i);
            long del = word ^ EACH * 0x7F;
            long odd = (word - EACH * ' ' & ~word | del - EACH & ~del) & HIGH;
            if (odd == 0) {
                i += Long.BYTES;
                continue;
            }
            i += Long.numberOfTrailingZeros(odd) >>> 3;
            if (get(bytes, i) != HTAB) {
                return i;
            }
            i++;
        }
        return skip(bytes, i, limit, TEXT);
    }

    /** The first offset after optional white space, RFC 9110 section 5.6.3. */
    static int skipSpace(MemorySegment bytes, int at, int limit) {
        int i = at;
        while (i < limit && isSpace(get(bytes, i))) {
            i++;
        }
        return i;
    }

    /** The end of [from, to) without optional white space at its end. */
    static int trimEnd(MemorySegment bytes, int from, int to) {
        int end = to;
        while (end > from && isSpace(get(bytes, end - 1))) {
            end--;
        }
        return end;
    }

    static boolean isSpace(int octet) {
        return octet == ' ' || octet == HTAB;
    }

    static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
    }

    static int hex(int octet) {
        return Character.digit(octet, 16);
    }

    static boolean equal(MemorySegment bytes, int from, int to, byte[] expected) {
        if (to - from != expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (get(bytes, from + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean equalIgnoringCase(MemorySegment bytes, int from, int to, byte[] lower) {
        if (to - from != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if (lower(get(bytes, from + i)) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * A decimal number of digits only, or -1 for anything else. Numbers beyond a long become
     * {@link Long#MAX_VALUE}: no file is that long.
     */
    static long decimal(MemorySegment bytes, int from, int to) {
        if (from >= to) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = get(bytes, i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return value;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static String string(MemorySegment bytes, int from, int to) {
        byte[] copy = new byte[to - from];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, copy, 0, copy.length);
        return new String(copy, StandardCharsets.ISO_8859_1);
    }
}
