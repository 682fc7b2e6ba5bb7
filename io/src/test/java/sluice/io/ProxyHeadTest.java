package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.testing.ProxyHeads;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a proxy says first. */
final class ProxyHeadTest {
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\n".getBytes(ISO_8859_1);

    private record Case(byte[] head, String source) {
        @Override
        public String toString() {
            return head.length + " octets, " + source;
        }
    }

    private static int parse(ProxyHead head, byte[] bytes) {
        return head.parse(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    private static int parse(byte[] bytes) {
        return parse(new ProxyHead(), bytes);
    }

    private static byte[] line(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static Stream<Case> heads() {
        byte[] four = {(byte) 192, 0, 2, 7, 10, 0, 0, 1, 0x10, 0x01, 0, 80};
        byte[] six = new byte[36];
        six[0] = 0x20;
        six[1] = 0x01;
        six[15] = 7;
        six[33] = 9;
        byte[] field = {0x04, 0, 3, 1, 2, 3};
        return Stream.of(
                new Case(line("PROXY TCP4 192.0.2.7 10.0.0.1 4097 80\r\n"), "192.0.2.7:4097"),
                new Case(line("PROXY TCP6 2001::7 ::1 9 443\r\n"), "[2001::7]:9"),
                new Case(line("PROXY UNKNOWN\r\n"), "null"),
                new Case(line("PROXY UNKNOWN ff::1 a b c d e\r\n"), "null"),
                new Case(line("PROXY UNKNOWN " + "x".repeat(91) + "\r\n"), "null"),
                new Case(ProxyHeads.binary(0x21, 0x11, four), "192.0.2.7:4097"),
                new Case(ProxyHeads.binary(0x21, 0x21, six), "[2001::7]:9"),
                new Case(ProxyHeads.binary(0x21, 0x31, new byte[216]), "null"),
                new Case(ProxyHeads.binary(0x21, 0x00, new byte[5]), "null"),
                new Case(ProxyHeads.binary(0x20, 0x00, new byte[0]), "null"),
                new Case(ProxyHeads.binary(0x20, 0x11, four), "null"),
                new Case(
                        ProxyHeads.binary(0x21, 0x11, ProxyHeads.join(four, field, field)),
                        "192.0.2.7:4097"),
                new Case(ProxyHeads.withChecksum(0x21, 0x11, four), "192.0.2.7:4097"));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void aWholeHeadIsReadAndNothingBehindIt(Case given) {
        ProxyHead head = new ProxyHead();
        byte[] both = ProxyHeads.join(given.head, REQUEST);
        assertThat(parse(head, both)).isEqualTo(given.head.length);
        String source = head.source() == null ? "null" : AddressText.of(head.source());
        assertThat(source).isEqualTo(given.source);
    }

    @ParameterizedTest
    @MethodSource("heads")
    void aHeadThatIsCutAnywhereIsIncompleteAndSaysHowMuchIsMissingAtLeast(Case given) {
        for (int length = 0; length < given.head.length; length++) {
            ProxyHead head = new ProxyHead();
            assertThat(parse(head, Arrays.copyOf(given.head, length)))
                    .as("of %s octets", length)
                    .isEqualTo(ProxyHead.INCOMPLETE);
            assertThat(head.missing()).isBetween(1, given.head.length - length);
        }
    }

    /** A reader that may not read further than the head goes by what it misses. */
    @ParameterizedTest
    @MethodSource("heads")
    void whoReadsWhatIsMissingReadsExactlyTheHead(Case given) {
        ProxyHead head = new ProxyHead();
        byte[] stream = ProxyHeads.join(given.head, REQUEST);
        int read = head.missing();
        int parsed = parse(head, Arrays.copyOf(stream, read));
        while (parsed == ProxyHead.INCOMPLETE) {
            read += head.missing();
            parsed = parse(head, Arrays.copyOf(stream, read));
        }
        assertThat(parsed).isEqualTo(read).isEqualTo(given.head.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "POST / HTTP/1.1\r\n",
                "proxy UNKNOWN\r\n",
                "PROXY  TCP4 1.2.3.4 1.2.3.4 1 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 1\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 1 \r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 01 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 65536 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 99999\r\n",
                "PROXY TCP4 1.2.3 1.2.3.4 1 1\r\n",
                "PROXY TCP4 ::1 ::1 1 1\r\n",
                "PROXY TCP6 1.2.3.4 1.2.3.4 1 1\r\n",
                "PROXY TCP6 fe80::1%lo ::1 1 1\r\n",
                "PROXY TCP5 1.2.3.4 1.2.3.4 1 1\r\n",
                "PROXY UDP4 1.2.3.4 1.2.3.4 1 1\r\n",
                "PROXY UNKNOWN\tx\r\n",
                "PROXY UNKNOWNX\r\n",
            })
    void aLineThatIsNotOfTheProtocolToTheLetterIsInvalid(String text) {
        assertThat(parse(line(text))).isEqualTo(ProxyHead.INVALID);
    }

    @Test
    void aLineEndsWithin107Octets() {
        assertThat(parse(line("PROXY UNKNOWN " + "x".repeat(92) + "\r\n")))
                .isEqualTo(ProxyHead.INVALID);
        assertThat(parse(line("PROXY UNKNOWN " + "x".repeat(93)))).isEqualTo(ProxyHead.INVALID);
    }

    static Stream<byte[]> broken() {
        byte[] four = new byte[12];
        byte[] whole = ProxyHeads.binary(0x21, 0x11, four);
        byte[] otherSignature = whole.clone();
        otherSignature[11] = 'x';
        byte[] wrong = ProxyHeads.withChecksum(0x21, 0x11, four);
        wrong[wrong.length - 1]++;
        return Stream.of(
                otherSignature,
                ProxyHeads.binary(0x11, 0x11, four),
                ProxyHeads.binary(0x22, 0x11, four),
                ProxyHeads.binary(0x21, 0x12, four),
                ProxyHeads.binary(0x21, 0x13, four),
                ProxyHeads.binary(0x21, 0x11, new byte[11]),
                ProxyHeads.binary(0x21, 0x21, new byte[35]),
                ProxyHeads.binary(0x21, 0x31, new byte[215]),
                ProxyHeads.binary(0x21, 0x11, new byte[14]),
                ProxyHeads.binary(0x21, 0x11, ProxyHeads.join(four, new byte[] {4, 0, 2, 1})),
                ProxyHeads.binary(0x21, 0x11, ProxyHeads.join(four, new byte[] {3, 0, 1, 1})),
                ProxyHeads.binary(0x21, 0x11, new byte[ProxyHead.LENGTH_MAX - 15]),
                wrong);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void octetsThatAreNotOfTheProtocolAreInvalid(byte[] head) {
        assertThat(parse(head)).isEqualTo(ProxyHead.INVALID);
    }

    @Test
    void aLengthThatIsTooLongIsRefusedBeforeItHasCome() {
        byte[] head = ProxyHeads.binary(0x20, 0, new byte[ProxyHead.LENGTH_MAX]);
        assertThat(parse(Arrays.copyOf(head, 16))).isEqualTo(ProxyHead.INVALID);
    }

    @Test
    void anythingElseIsRefusedByItsFirstOctets() {
        for (String text : List.of("G", "PU", "PROXX", "\r\n\r\nx", "\u0016")) {
            assertThat(parse(line(text))).as(text).isEqualTo(ProxyHead.INVALID);
        }
    }
}
