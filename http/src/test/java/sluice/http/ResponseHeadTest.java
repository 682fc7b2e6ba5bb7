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

class ResponseHeadTest {
    private final MemorySegment target = MemorySegment.ofArray(new byte[1000]);
    private final ByteWriter out = new ByteWriter();
    private final ResponseHead head = new ResponseHead(out);

    @BeforeEach
    void startAmidTheTarget() {
        out.over(target, 10, 900);
    }

    private String written() {
        assertThat(out.overflowed()).isFalse();
        return Octets.string(target, 10, (int) out.position());
    }

    @Test
    void writesAWholeHead() {
        head.begin(200)
                .date(Field.DATE, 784_111_777)
                .field(Field.SERVER, "Sluice")
                .field(Field.CONTENT_TYPE, Heads.octets("text/plain"))
                .field(Field.CONTENT_LENGTH, 5_368_709_120L)
                .lines(Heads.octets("Accept-Ranges: bytes\r\n"))
                .end();
        assertThat(written()).isEqualTo("""
            HTTP/1.1 200 OK
            Date: Sun, 06 Nov 1994 08:49:37 GMT
            Server: Sluice
            Content-Type: text/plain
            Content-Length: 5368709120
            Accept-Ranges: bytes

            """.replace("\n", "\r\n"));
        assertThat(head.writer()).isSameAs(out);
    }

    @Test
    void writesTheFieldsOfRanges() {
        head.begin(206).contentRange(42, 1234, 5000);
        head.begin(416).unsatisfiedRange(47_022).multipart(0x0123456789ABCDEFL);
        assertThat(written()).isEqualTo("""
            HTTP/1.1 206 Partial Content
            Content-Range: bytes 42-1233/5000
            HTTP/1.1 416 Range Not Satisfiable
            Content-Range: bytes */47022
            Content-Type: multipart/byteranges; boundary=0123456789ABCDEF
            """.replace("\n", "\r\n"));
    }

    @Test
    void writesTheLocationOfADirectory() {
        head.locationWithSlash(Heads.head("GET /a%20b?c HTTP/1.1\r\nHost: h\r\n\r\n"));
        assertThat(written()).isEqualTo("Location: /a%20b/?c\r\n");
    }

    /** RFC 9110 section 14.6, but for the empty line before the first delimiter. */
    @Test
    void writesTheHeadsOfParts() {
        ByteRanges ranges = new ByteRanges();
        String value = "bytes=500-999,7000-7999";
        ranges.parse(Heads.segment(value), 0, value.length(), 8000);
        byte[] type = Heads.octets("application/pdf");
        Multipart.writePartHead(out, ranges, 0, 8000, type, 255);
        Multipart.writePartHead(out, ranges, 1, 8000, new byte[0], 255);
        Multipart.writeEnd(out, 255);
        assertThat(written()).isEqualTo("""
            --00000000000000FF
            Content-Type: application/pdf
            Content-Range: bytes 500-999/8000


            --00000000000000FF
            Content-Range: bytes 7000-7999/8000


            --00000000000000FF--
            """.replace("\n", "\r\n"));
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
                .ascii("h\u00e9")
                .hex((byte) 0xA5)
                .hex(-2L)
                .crlf();
        assertThat(written()).isEqualTo("abcdefgh?A5FFFFFFFFFFFFFFFE\r\n");
    }

    @Test
    void nothingIsWrittenBeyondTheEndAndThatIsRemembered() {
        for (Consumer<ByteWriter> write : List.<Consumer<ByteWriter>>of(
                w -> w.put(Heads.octets("abc")),
                w -> w.ascii("abc"),
                w -> w.decimal(123),
                w -> w.put(Heads.segment("abc"), 0, 3),
                w -> w.date(0),
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
            assertThat(out.remaining()).isZero();
        }
    }

    @Test
    void everyStatusHasALineAndTheKnownOnesAReason() {
        for (int status = 100; status <= 599; status++) {
            out.over(target, 10, 900);
            head.begin(status);
            assertThat(written()).startsWith("HTTP/1.1 " + status + " ").endsWith("\r\n");
        }
        assertThat(Status.reason(Status.CONTENT_TOO_LARGE)).isEqualTo("Content Too Large");
        assertThat(Status.reason(299)).isEmpty();
    }
}
