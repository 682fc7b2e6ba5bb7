package sluice.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What a proxy says before all else about the connection that it passes on: the PROXY protocol of
 * haproxy, version 1 (a line of text) and 2 (octets). Section numbers are those of proxy-protocol
 * .txt of 2020-03-05. Strict: what is not of the protocol to the letter is invalid.
 */
public final class ProxyHead {
    /** {@link #parse} needs more bytes. */
    public static final int INCOMPLETE = 0;
    /** {@link #parse} has seen what the protocol does not allow. */
    public static final int INVALID = -1;

    /**
     * Longest head: addresses take 232 octets at most, and proxies add names, an ALPN and a unique
     * id. Only a whole certificate of a client would not fit.
     */
    public static final int LENGTH_MAX = 4 << 10;

    /** Section 2.1: the longest line, with its end. */
    private static final int LINE_MAX = 107;
    /** The shortest head of all: {@code PROXY UNKNOWN} and the end of the line. */
    private static final int SHORTEST = 15;

    private static final byte[] WORD = "PROXY ".getBytes(ISO_8859_1);
    private static final Pattern LINE =
            Pattern.compile("PROXY (TCP[46]) ([0-9A-Fa-f:.]+) ([0-9A-Fa-f:.]+) (0|[1-9][0-9]{0,4})"
                    + " (0|[1-9][0-9]{0,4})");
    private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN( [ -~]*)?");
    private static final int PORT_MAX = 65_535;

    /** Section 2.2: 12 octets, version and command, family, and the length of the rest. */
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

    private static final int FIXED = 16;
    private static final int COMMAND_AT = 12;
    private static final int FAMILY_AT = 13;
    private static final int LENGTH_AT = 14;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    /** Section 2.2.7: a field is its type, its length in two octets, and its value. */
    private static final int FIELD_HEAD = 3;

    private static final int CHECKSUM = 0x03;

    /** Address families, each over a stream, by the length of two addresses and ports. */
    private enum Family {
        UNSPECIFIED(0x00, 0, 0),
        TCP4(0x11, 12, 4),
        TCP6(0x21, 36, 16),
        UNIX(0x31, 216, 0);

        private final int code;
        private final int length;
        private final int address;

        Family(int code, int length, int address) {
            this.code = code;
            this.length = length;
            this.address = address;
        }

        static @Nullable Family of(int code) {
            for (Family family : values()) {
                if (family.code == code) {
                    return family;
                }
            }
            return null;
        }
    }

    private @Nullable InetSocketAddress source;
    private int missing = SHORTEST;

    /** An object that has read nothing yet. */
    public ProxyHead() {}

    /**
     * Reads a head from its first byte on; again from there when more bytes are there.
     *
     * @return its length, {@link #INCOMPLETE} or {@link #INVALID}
     */
    public int parse(MemorySegment bytes, int from, int to) {
        source = null;
        int length = to - from;
        if (startsWith(bytes, from, to, WORD)) {
            return line(bytes, from, to);
        }
        if (!startsWith(bytes, from, to, SIGNATURE)) {
            return INVALID;
        }
        if (length < FIXED) {
            missing = FIXED - length;
            return INCOMPLETE;
        }
        int whole = FIXED + number(bytes, from + LENGTH_AT);
        if (whole > LENGTH_MAX) {
            return INVALID;
        }
        missing = whole - length;
        return missing > 0 ? INCOMPLETE : binary(bytes, from, from + whole);
    }

    /** The least number of bytes that an incomplete head lacks. */
    public int missing() {
        return missing;
    }

    /** The client of the proxy; null if the head does not tell, as of the proxy's own checks. */
    public @Nullable InetSocketAddress source() {
        return source;
    }

    /** Whether bytes are the beginning of an expected text, or begin with it. */
    private static boolean startsWith(MemorySegment bytes, int from, int to, byte[] expected) {
        int length = Math.min(to - from, expected.length);
        return bytes.asSlice(from, length)
                        .mismatch(MemorySegment.ofArray(expected).asSlice(0, length))
                < 0;
    }

    private int line(MemorySegment bytes, int from, int to) {
        int most = Math.min(to, from + LINE_MAX);
        int end = from;
        while (end < most && bytes.get(JAVA_BYTE, end) != '\n') {
            end++;
        }
        if (end == most) {
            missing = Math.max(1, SHORTEST - (to - from));
            return most - from == LINE_MAX ? INVALID : INCOMPLETE;
        }
        if (bytes.get(JAVA_BYTE, end - 1) != '\r') {
            return INVALID;
        }
        byte[] octets = bytes.asSlice(from, (long) end - 1 - from).toArray(JAVA_BYTE);
        String line = new String(octets, ISO_8859_1);
        return UNKNOWN.matcher(line).matches() || addresses(line) ? end + 1 - from : INVALID;
    }

    private boolean addresses(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return false;
        }
        boolean six = matcher.group(1).endsWith("6");
        InetAddress from = address(matcher.group(2), six);
        InetAddress to = address(matcher.group(3), six);
        int port = Integer.parseInt(matcher.group(4));
        if (from == null || to == null || Math.max(port, port(matcher, 5)) > PORT_MAX) {
            return false;
        }
        source = new InetSocketAddress(from, port);
        return true;
    }

    private static int port(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static @Nullable InetAddress address(String text, boolean six) {
        return text.contains(":") == six ? AddressSet.literal(text) : null;
    }

    private int binary(MemorySegment bytes, int from, int to) {
        int command = octet(bytes, from + COMMAND_AT);
        Family family = Family.of(octet(bytes, from + FAMILY_AT));
        if (command == LOCAL) {
            return to - from;
        }
        if (command != PROXY || family == null || to - from < FIXED + family.length) {
            return INVALID;
        }
        int at = from + FIXED;
        if (family.address > 0) {
            int port = number(bytes, at + 2 * family.address);
            byte[] octets = bytes.asSlice(at, family.address).toArray(JAVA_BYTE);
            source = new InetSocketAddress(address(octets), port);
        }
        // What follows no addresses is not told apart from addresses (section 2.2).
        boolean fields =
                family == Family.UNSPECIFIED || areFields(bytes, from, at + family.length, to);
        return fields ? to - from : INVALID;
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether fields fill the rest of a head, and a checksum among them is right. */
    private static boolean areFields(MemorySegment bytes, int from, int first, int to) {
        int at = first;
        while (at < to) {
            if (to - at < FIELD_HEAD) {
                return false;
            }
            int length = number(bytes, at + 1);
            int value = at + FIELD_HEAD;
            if (to - value < length) {
                return false;
            }
            if (octet(bytes, at) == CHECKSUM
                    && (length != Integer.BYTES || !isRight(bytes, from, to, value))) {
                return false;
            }
            at = value + length;
        }
        return true;
    }

    /** Section 2.2.3: CRC32c of the head, in which the checksum itself counts as zeros. */
    private static boolean isRight(MemorySegment bytes, int from, int to, int at) {
        byte[] head = bytes.asSlice(from, (long) to - from).toArray(JAVA_BYTE);
        Arrays.fill(head, at - from, at - from + Integer.BYTES, (byte) 0);
        CRC32C checksum = new CRC32C();
        checksum.update(head);
        long said = (long) number(bytes, at) << Short.SIZE | number(bytes, at + 2);
        return checksum.getValue() == said;
    }

    private static int octet(MemorySegment bytes, int at) {
        return Byte.toUnsignedInt(bytes.get(JAVA_BYTE, at));
    }

    private static int number(MemorySegment bytes, int at) {
        return octet(bytes, at) << Byte.SIZE | octet(bytes, at + 1);
    }
}
