package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;

/** What is done to eight octets at a time is what would be done to each of them. */
class OctetsTest {
    private static final long EACH = 0x0101010101010101L;

    private static boolean isLetterOrDash(int octet) {
        return octet >= 'a' && octet <= 'z' || octet >= 'A' && octet <= 'Z' || octet == '-';
    }

    /** Beside octets that carry into their neighbours if anything does. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, '-', '@', 'A', 'Z', '[', '`', 'a', 'z', '{', 0x7F, 0x80, 0xFF})
    void anOctetIsALetterWhateverItsNeighboursAre(int neighbour) {
        for (int place = 0; place < Long.BYTES; place++) {
            for (int octet = 0; octet < 256; octet++) {
                long others = EACH * neighbour & ~(0xFFL << 8 * place);
                long expected = 0;
                for (int i = 0; i < Long.BYTES; i++) {
                    if (!isLetterOrDash(i == place ? octet : neighbour)) {
                        expected |= 0x80L << 8 * i;
                    }
                }
                assertThat(Octets.otherThanLetters(others | (long) octet << 8 * place))
                        .as("%x at %d among %x", octet, place, neighbour)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void textEndsAtTheFirstControlCharacterWhereverItStands() {
        for (int octet = 0; octet < 256; octet++) {
            boolean text = octet == '\t' || octet >= ' ' && octet != 0x7F;
            for (int place = 0; place < 20; place++) {
                byte[] octets = Heads.octets("\u00ff".repeat(20));
                octets[place] = (byte) octet;
                assertThat(Octets.skipText(MemorySegment.ofArray(octets), 0, octets.length))
                        .as("%x at %d", octet, place)
                        .isEqualTo(text ? octets.length : place);
            }
        }
    }

    @Test
    void aWordHoldsItsFirstCharacterLowest() {
        assertThat(Octets.word("")).isZero();
        assertThat(Octets.word("ab")).isEqualTo('a' | 'b' << 8);
        assertThat(Octets.word("HTTP/1.1")).isEqualTo(Octets.word(Heads.segment("xHTTP/1.1"), 1));
    }

    @Test
    void textIsWrittenInAscii() {
        assertThat(Octets.ascii("a~\u00e9")).containsExactly('a', '~', '?');
    }
}
