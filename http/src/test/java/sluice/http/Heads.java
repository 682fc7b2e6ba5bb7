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
        assertThat(parseEveryWay(head, text)).as(text).isPositive();
        return head;
    }

    /** The answer for a text: a length, INCOMPLETE or a negative status. */
    static int result(String text) {
        return parseEveryWay(new RequestHead(), text);
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

    /** The answer for a request's text, which must not depend on how the text is cut either. */
    static int parseEveryWay(RequestHead head, String text) {
        byte[] octets = octets(text);
        dripping(head, octets);
        cutInTwo(head, octets);
        return parseEveryWay(head::parse, text);
    }

    static int parseEveryWay(Parser parser, String text) {
        byte[] octets = octets(text);
        growing(parser, octets);
        amidNoise(parser, octets);
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
    private static void dripping(RequestHead head, byte[] octets) {
        MemorySegment bytes = MemorySegment.ofArray(octets);
        Arriving arriving = new Arriving(head);
        int result = RequestHead.INCOMPLETE;
        int length = 0;
        while (length < octets.length && result == RequestHead.INCOMPLETE) {
            result = arriving.upTo(bytes, ++length);
        }
        assertThat(result)
                .as(new String(octets, ISO_8859_1))
                .isEqualTo(head.parse(bytes, 0, octets.length))
                .isEqualTo(head.parse(bytes, 0, length));
        assertThat(arriving.parses).isLessThanOrEqualTo(FieldLines.MAX_FIELDS + 8);
    }

    /** In two segments, cut anywhere: each tells what its octets alone tell. */
    private static void cutInTwo(RequestHead head, byte[] octets) {
        MemorySegment bytes = MemorySegment.ofArray(octets);
        for (int cut = 1; cut < octets.length; cut++) {
            Arriving arriving = new Arriving(head);
            int result = arriving.upTo(bytes, cut);
            for (int to = cut + 1; result == RequestHead.INCOMPLETE && to <= cut + 9; to += 8) {
                int end = Math.min(to, octets.length);
                result = arriving.upTo(bytes, end);
                assertThat(result)
                        .as("cut at %d and %d: %s", cut, end, new String(octets, ISO_8859_1))
                        .isEqualTo(head.parse(bytes, 0, end));
            }
        }
    }

    /** What a connection does with a head that arrives bit by bit. */
    private static final class Arriving {
        private final RequestHead head;
        private HeadPart part = HeadPart.ANY;
        private int known;
        private int parses;

        Arriving(RequestHead head) {
            this.head = head;
        }

        int upTo(MemorySegment bytes, int to) {
            HeadPart next = part.after(bytes, 0, known, to);
            known = to;
            if (next != null) {
                part = next;
                return RequestHead.INCOMPLETE;
            }
            parses++;
            int result = head.parse(bytes, 0, to);
            part = head.unfinished();
            return result;
        }
    }
}
