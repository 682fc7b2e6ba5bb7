package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Parses heads in every way in which their octets can arrive, and wants one answer of all. */
final class Heads {
    private static final byte NOISE = (byte) 0xA5;

    private Heads() {}

    /** A parser of request or response heads. */
    interface Parser {
        int parse(MemorySegment bytes, int from, int to);
    }

    /** The head in a text that starts with one that is accepted. */
    static RequestHead head(String text) {
        RequestHead head = new RequestHead();
        assertThat(parseEveryWay(head::parse, text)).as(text).isPositive();
        return head;
    }

    /** The answer for a text: a length, INCOMPLETE or a negative status. */
    static int result(String text) {
        return parseEveryWay(new RequestHead()::parse, text);
    }

    /** A request for "/" with these lines, each of which ends in CR LF. */
    static RequestHead with(String lines) {
        return head(request("GET", lines));
    }

    static String request(String method, String lines) {
        return method + " / HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
    }

    static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static MemorySegment segment(String text) {
        return MemorySegment.ofArray(octets(text));
    }

    /** How many octets of a refused text prove that it has to be refused. */
    static int provedBy(String text) {
        RequestHead head = new RequestHead();
        byte[] octets = octets(text);
        for (int length = 0; length <= octets.length; length++) {
            if (head.parse(exactly(octets, length), 0, length) < 0) {
                return length;
            }
        }
        throw new AssertionError("not refused: " + text);
    }

    static int parseEveryWay(Parser parser, String text) {
        byte[] octets = octets(text);
        growing(parser, octets);
        amidNoise(parser, octets);
        dripping(parser, octets);
        // Last, so that the parser holds what it read from the whole text.
        return parser.parse(MemorySegment.ofArray(octets), 0, octets.length);
    }

    /** Every beginning, in memory that ends where it ends: incomplete, then the final answer. */
    private static void growing(Parser parser, byte[] octets) {
        int whole = parser.parse(MemorySegment.ofArray(octets), 0, octets.length);
        boolean decided = false;
        for (int length = 0; length < octets.length; length++) {
            int result = parser.parse(exactly(octets, length), 0, length);
            decided |= whole > 0 ? length >= whole : result != RequestHead.INCOMPLETE;
            int expected = decided ? whole : RequestHead.INCOMPLETE;
            if (result != expected) {
                throw new AssertionError("%d instead of %d after %d octets of %s"
                        .formatted(result, expected, length, new String(octets, ISO_8859_1)));
            }
        }
    }

    private static MemorySegment exactly(byte[] octets, int length) {
        return MemorySegment.ofArray(Arrays.copyOf(octets, length));
    }

    /** Octets before and behind the given bounds change nothing. */
    private static void amidNoise(Parser parser, byte[] octets) {
        int whole = parser.parse(MemorySegment.ofArray(octets), 0, octets.length);
        byte[] noisy = new byte[octets.length + 64];
        Arrays.fill(noisy, NOISE);
        for (int before = 1; before <= 9; before++) {
            System.arraycopy(octets, 0, noisy, before, octets.length);
            int result = parser.parse(MemorySegment.ofArray(noisy), before, before + octets.length);
            assertThat(result).as("%d octets before it", before).isEqualTo(whole);
        }
    }

    /** Octet by octet, parsing only when asked to. */
    private static void dripping(Parser parser, byte[] octets) {
        MemorySegment bytes = MemorySegment.ofArray(octets);
        int whole = parser.parse(bytes, 0, octets.length);
        int result = RequestHead.INCOMPLETE;
        int parses = 0;
        for (int known = 0; known < octets.length && result == RequestHead.INCOMPLETE; known++) {
            if (RequestHead.mayHaveAdvanced(bytes, 0, known, known + 1)) {
                result = parser.parse(bytes, 0, known + 1);
                parses++;
            }
        }
        assertThat(result).as(new String(octets, ISO_8859_1)).isIn(whole, RequestHead.INCOMPLETE);
        if (whole > 0) {
            assertThat(result).isEqualTo(whole);
        }
        assertThat(parses).isLessThanOrEqualTo(FieldLines.MAX_FIELDS + 8);
    }
}
