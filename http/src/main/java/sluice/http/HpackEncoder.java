package sluice.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Writes the header blocks of responses (RFC 7541) without a dynamic table. So what it writes
 * depends on nothing that was sent before, and the fields of a file can be {@linkplain #fields
 * written once} for all connections. Any thread.
 *
 * <p>It codes strings by Huffman where that is shorter: nearly all are written once and sent often.
 */
public final class HpackEncoder {
    /**
     * The first octet of the first block of a connection: it sets the size of the table to 0. A
     * peer that allows less than {@link HpackDecoder#TABLE_SIZE} has to be told a size before
     * anything else, RFC 7541 section 4.2; and this one suits every peer.
     */
    public static final byte NO_TABLE = 0x20;

    private static final int INDEXED = 0x80;
    private static final int NEVER_INDEXED = 0x10;
    private static final int HUFFMAN = 0x80;

    /** The bits of a first octet that belong to the number of a field, of a name, or a length. */
    private static final int FIELD_BITS = 0x7F;

    private static final int NAME_BITS = 0x0F;
    private static final int LENGTH_BITS = 0x7F;

    /** Most octets of a number that is a length of an array. */
    private static final int NUMBER_MAX = 6;

    /** Fields of HTTP/1 that HTTP/2 forbids, RFC 9113 section 8.2.2. */
    private static final Set<String> OF_CONNECTION =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

    /** Fields that no intermediary may put into a table, where others could guess them. */
    private static final Set<String> SENSITIVE =
            Set.of("authorization", "cookie", "proxy-authorization", "set-cookie");

    private static final int FIRST_STATUS = 100;
    private static final int LAST_STATUS = 599;
    private static final byte[][] STATUS = new byte[LAST_STATUS - FIRST_STATUS + 1][];
    /** How a field of each name begins, before its value. */
    private static final byte[][] BEGINNINGS = new byte[Field.count()][];

    static {
        for (int i = 0; i < STATUS.length; i++) {
            STATUS[i] = encodedStatus(FIRST_STATUS + i);
        }
        for (Field field : Field.values()) {
            byte[] octets = new byte[2 * field.prefix.length];
            int end = beginning(field.toString(), octets, 0);
            BEGINNINGS[field.ordinal()] = Arrays.copyOf(octets, end);
        }
    }

    private HpackEncoder() {}

    private static byte[] encodedStatus(int status) {
        byte[] digits = Octets.ascii(Integer.toString(status));
        byte[] octets = new byte[1 + 1 + digits.length];
        int number = StaticTable.STATUS_FIRST;
        while (number <= StaticTable.STATUS_LAST) {
            if (Arrays.equals(StaticTable.value(number), digits)) {
                return Arrays.copyOf(octets, number(INDEXED, FIELD_BITS, number, octets, 0));
            }
            number++;
        }
        int value = number(0, NAME_BITS, StaticTable.STATUS_FIRST, octets, 0);
        return Arrays.copyOf(octets, string(digits, 0, digits.length, octets, value));
    }

    /**
     * The pseudo-field of a status, which comes before all fields. Shared: never written to.
     *
     * @param status 100 to 599
     */
    public static byte[] status(int status) {
        return STATUS[status - FIRST_STATUS];
    }

    /**
     * All fields, except those that HTTP/2 forbids since they belong to a connection of HTTP/1. The
     * caller may keep the octets and send them on any connection.
     */
    public static byte[] fields(Fields fields) {
        var block = new Block(fields);
        fields.forEach(block);
        return Arrays.copyOf(block.octets, block.length);
    }

    /** The octets so far of fields that are being written. */
    private static final class Block implements Fields.Visitor {
        private final byte[] octets;
        private int length;

        /**
         * A line of HTTP/1 has 4 octets beside name and value, a field here 3, or a few more if one
         * of the two is long: never twice as many as the line.
         */
        Block(Fields fields) {
            octets = new byte[2 * fields.length()];
        }

        @Override
        public void field(byte[] lines, int nameFrom, int nameTo, int valueFrom, int valueTo) {
            String name = new String(lines, nameFrom, nameTo - nameFrom, StandardCharsets.US_ASCII);
            if (!OF_CONNECTION.contains(lower(name))) {
                length = beginning(name, octets, length);
                length = trimmed(lines, valueFrom, valueTo, octets, length);
            }
        }
    }

    /** The most octets that a field takes. */
    public static int lengthMax(Field field, int valueLength) {
        return BEGINNINGS[field.ordinal()].length + NUMBER_MAX + valueLength;
    }

    /**
     * Writes one field. Allocates nothing.
     *
     * @return the offset behind it
     */
    public static int field(
            Field field, byte[] value, int valueFrom, int valueTo, byte[] target, int at) {
        byte[] beginning = BEGINNINGS[field.ordinal()];
        System.arraycopy(beginning, 0, target, at, beginning.length);
        return trimmed(value, valueFrom, valueTo, target, at + beginning.length);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Writes what comes before the value, RFC 7541 sections 6.2.2 and 6.2.3. */
    private static int beginning(String name, byte[] target, int at) {
        String lower = lower(name);
        int kind = SENSITIVE.contains(lower) ? NEVER_INDEXED : 0;
        int number = StaticTable.numberOf(lower);
        int next = number(kind, NAME_BITS, number, target, at);
        if (number > 0) {
            return next;
        }
        byte[] octets = Octets.ascii(lower);
        return string(octets, 0, octets.length, target, next);
    }

    /** A value of HTTP/2 neither begins nor ends with white space, RFC 9113 section 8.2.1. */
    private static int trimmed(byte[] value, int from, int to, byte[] target, int at) {
        int start = from;
        while (start < to && Octets.isSpace(value[start])) {
            start++;
        }
        int end = to;
        while (end > start && Octets.isSpace(value[end - 1])) {
            end--;
        }
        return string(value, start, end, target, at);
    }

    private static int string(byte[] source, int from, int to, byte[] target, int at) {
        int length = to - from;
        int coded = Huffman.encodedLength(source, from, to);
        if (coded < length) {
            int next = number(HUFFMAN, LENGTH_BITS, coded, target, at);
            return Huffman.encode(source, from, to, target, next);
        }
        int next = number(0, LENGTH_BITS, length, target, at);
        System.arraycopy(source, from, target, next, length);
        return next + length;
    }

    /** Writes a number whose first octet has the kind of what it belongs to beside it. */
    private static int number(int kind, int prefix, int number, byte[] target, int at) {
        int next = at;
        if (number < prefix) {
            target[next++] = (byte) (kind | number);
            return next;
        }
        target[next++] = (byte) (kind | prefix);
        int rest = number - prefix;
        while (rest >= 0x80) {
            target[next++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        target[next++] = (byte) rest;
        return next;
    }
}
