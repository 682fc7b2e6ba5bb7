package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;

class ByteWriterTest {
    private final MemorySegment target = MemorySegment.ofArray(new byte[1000]);
    private final ByteWriter out = new ByteWriter();

    @BeforeEach
    void startAmidTheTarget() {
        out.over(target, 10, 900);
    }

    private String written() {
        assertThat(out.overflowed()).isFalse();
        return Octets.string(target, 10, (int) out.position());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "9, 9",
        "10, 10",
        "1234567890, 1234567890",
        "9223372036854775807, 9223372036854775807"
    })
    void writesNumbers(long number, String text) {
        out.decimal(number);
        assertThat(written()).isEqualTo(text);
    }

    @Test
    void writesOctetsOfAllSources() {
        out.put((byte) 'a').put(Heads.octets("bc")).put(Heads.octets("xdex"), 1, 2);
        out.put(Heads.segment("xfgx"), 1, 3)
                .ascii("h\u0080\u00e9")
                .hex((byte) 0xA5)
                .decimal(7);
        out.decimal(8).crlf();
        assertThat(written()).isEqualTo("abcdefgh??A578\r\n");
    }

    @Test
    void nothingIsWrittenBeyondTheEndAndThatIsRemembered() {
        for (Consumer<ByteWriter> write : List.<Consumer<ByteWriter>>of(
                w -> w.put(Heads.octets("abc")),
                w -> w.ascii("abc"),
                w -> w.decimal(123),
                w -> w.put(Heads.segment("abc"), 0, 3),
                w -> w.put(Heads.segment("xabc"), 1, 4),
                w -> w.crlf().put((byte) 'a'))) {
            target.fill((byte) 'x');
            out.over(target, 10, 12);
            write.accept(out);
            assertThat(out.overflowed()).isTrue();
            assertThat(target.get(ValueLayout.JAVA_BYTE, 12)).isEqualTo((byte) 'x');
            out.put((byte) 'y');
            assertThat(out.overflowed()).isTrue();
            out.over(target, 10, 13).ascii("abc");
            assertThat(out.overflowed()).isFalse();
            assertThat(out.over(target, 10, 13).put(Heads.segment("xabc"), 1, 4).overflowed())
                    .isFalse();
        }
    }
}
