package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 section 7.1. */
class ChunkedDecoderTest {
    private static BodyVerdict decode(String text) {
        return BodyOracles.sluice(text);
    }

    @ParameterizedTest
    @CsvSource({
        "'0\r\n\r\n', ''",
        "'5\r\nhello\r\n0\r\n\r\n', hello",
        "'5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n', hello world",
        "'A\r\n0123456789\r\n0\r\n\r\n', 0123456789",
        "'a\r\n0123456789\r\n000\r\n\r\n', 0123456789",
        "'0000005\r\nhello\r\n0\r\n\r\n', hello",
        "'2\r\n\r\n\r\n0\r\n\r\n', '\r\n'",
        "'5;a\r\nhello\r\n0;b=c\r\n\r\n', hello",
        "'5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n', hello",
        "'5 ; a = b ; c\r\nhello\r\n0\t;a\r\n\r\n', hello",
        "'5;a=\"b\\\"\\\\;c\"\r\nhello\r\n0;a=\"\"\r\n\r\n', hello",
        "'5\r\nhello\r\n0\r\nA: b\r\n\r\n', hello",
        "'5\r\nhello\r\n0\r\nA:\r\nB-C: d\te\r\n\r\n', hello",
        "'1\r\n0\r\n1\r\n\n\r\n0\r\n\r\n', '0\n'"
    })
    void givesTheData(String text, String data) {
        BodyVerdict result = decode(text);
        assertThat(result.kind()).isEqualTo("ok");
        assertThat(result.data()).isEqualTo(data);
        assertThat(result.consumed()).isEqualTo(text.length());
    }

    @Test
    void endsWhereTheNextRequestBegins() {
        String body = "5\r\nhello\r\n0\r\nA: b\r\n\r\n";
        assertThat(decode(body + "GET / HTTP/1.1\r\n\r\n").consumed()).isEqualTo(body.length());
        assertThat(decode(body + "\r\n").consumed()).isEqualTo(body.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "5\r",
                "5\r\n",
                "5\r\nhell",
                "5\r\nhello",
                "5\r\nhello\r",
                "5\r\nhello\r\n",
                "5\r\nhello\r\n0",
                "0\r\n",
                "0\r\n\r",
                "0\r\nA",
                "0\r\nA:",
                "0\r\nA: b\r",
                "0\r\nA: b\r\n\r",
                "5;",
                "5 "
            })
    void isNotDoneBeforeTheEnd(String text) {
        assertThat(decode(text).kind()).isEqualTo("more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "\n",
                " 5\r\nhello",
                "g\r\n",
                "-1\r\n",
                "+5\r\n",
                "0x5\r\n",
                "5\nhello",
                "5\rhello",
                "5\r\r\n",
                "5 \r\n",
                "5\t\r\n",
                "5 5\r\n",
                "5,5\r\n",
                "5a g\r\n",
                "5\r\nhello\n0\r\n\r\n",
                "5\r\nhelloX",
                "5\r\nhello!\r\n",
                "5\r\nhello\r0",
                "5\r\nhello\r\n\r\n",
                "0\r\n\n",
                "0\r\n\rX",
                "0\n\r\n",
                "0\r\n A: b\r\n\r\n",
                "0\r\nA : b\r\n\r\n",
                "0\r\nA\r\n\r\n",
                "0\r\n: b\r\n\r\n",
                "0\r\nA: b\n\r\n",
                "0\r\nA: b\r\n c\r\n\r\n",
                "0\r\nA: \u0000\r\n\r\n",
                "0\r\nA: b\rC: d\r\n\r\n",
                "5;a\nb\r\nhello",
                "5;\u0000\r\nhello",
                "5;\r\n",
                "5; \r\n",
                "5;;a\r\n",
                "5;=\r\n",
                "5;=a\r\n",
                "5;a=\r\n",
                "5;a \r\n",
                "5;a b\r\n",
                "5;a=b \r\n",
                "5;a=b c\r\n",
                "5;a=b=c\r\n",
                "5;a=\"b\r\n",
                "5;a=\"b\\\"\r\n",
                "5;a=\"b\"c\r\n",
                "5;a=\"b\" \r\n",
                "5;a=\"\n\"\r\n",
                "5;a=b\"c\"\r\n",
                "5;\"a\"\r\n",
                "5;\u00e9\r\n",
                "5;a\rb\r\n",
                "5;a\r\r\n",
                "\u00b2\r\n",
                "5\u0000\r\n",
                "0\r\nA B: c\r\n\r\n",
                "1000000000000000\r\n",
                "FFFFFFFFFFFFFFFF\r\n",
                "0000000000000005\r\nhello",
                "5\u000b\r\nhello"
            })
    void anythingElseIsBad(String text) {
        assertThat(decode(text).kind()).isEqualTo("400");
    }

    @Test
    void theLargestChunkIsCountedInALong() {
        ChunkedDecoder decoder = new ChunkedDecoder();
        String size = "FFFFFFFFFFFFFFF\r\n";
        assertThat(decoder.advance(Heads.segment(size), 0, size.length())).isEqualTo(size.length());
        assertThat(decoder.dataRemaining()).isEqualTo((1L << 60) - 1);
        decoder.took((1L << 60) - 2);
        assertThat(decoder.dataRemaining()).isEqualTo(1);
        String rest = "x\r\n0\r\n\r\n";
        assertThat(decoder.skip(Heads.segment(rest), 0, rest.length())).isEqualTo(rest.length());
        assertThat(decoder.isDone()).isTrue();
    }

    @Test
    void extensionsAndTrailersAreBoundedTogether() {
        String most = "a".repeat(ChunkedDecoder.MAX_OVERHEAD - 4);
        assertThat(BodyOracles.skip("1;" + most + "\r\nx\r\n0\r\nA:b\r\n\r\n").kind())
                .isEqualTo("ok");
        assertThat(BodyOracles.skip("1;" + most + "\r\nx\r\n0\r\nA:bc\r\n\r\n").kind())
                .isEqualTo("431");
        assertThat(BodyOracles.skip("1;a\r\nx\r\n".repeat(5000)).kind()).isEqualTo("431");
        assertThat(BodyOracles.skip("0\r\n" + "A: b\r\n".repeat(5000)).kind()).isEqualTo("431");
    }

    /** No line end may be waited for: it may never come. */
    @Test
    void extensionsAreRefusedByTheOctetThatMakesThemWrong() {
        assertThat(BodyOracles.skip("5;a b").kind()).isEqualTo("400");
        assertThat(BodyOracles.skip("5;a=\"\0").kind()).isEqualTo("400");
        String most = "5;" + "a".repeat(ChunkedDecoder.MAX_OVERHEAD - 1);
        assertThat(BodyOracles.skip(most).kind()).isEqualTo("more");
        assertThat(BodyOracles.skip(most + "a").kind()).isEqualTo("431");
    }

    @Test
    void decodesTheNextBodyAfterReset() {
        ChunkedDecoder decoder = new ChunkedDecoder();
        String body = "5\r\nhello\r\n0\r\n\r\n";
        for (int i = 0; i < 3; i++) {
            assertThat(decoder.skip(Heads.segment(body), 0, body.length()))
                    .isEqualTo(body.length());
            assertThat(decoder.isDone()).isTrue();
            assertThat(decoder.skip(Heads.segment("GET"), 0, 3)).isZero();
            decoder.reset();
            assertThat(decoder.isDone()).isFalse();
        }
    }

    @Test
    void aRequestBodyEndsByItsLengthOrItsLastChunk() {
        RequestBody body = new RequestBody();
        assertThat(body.isDone()).isTrue();
        body.begin(Heads.with(""));
        assertThat(body.isDone()).isTrue();
        body.begin(Heads.with("Content-Length: 5\r\n"));
        assertThat(body.isDone()).isFalse();
        assertThat(body.advance(Heads.segment("hello"), 0, 5)).isZero();
        assertThat(body.dataRemaining()).isEqualTo(5);
        body.took(2);
        assertThat(body.skip(Heads.segment("hello"), 2, 4)).isEqualTo(2);
        assertThat(body.skip(Heads.segment("oGET"), 0, 4)).isEqualTo(1);
        assertThat(body.isDone()).isTrue();
        assertThat(body.skip(Heads.segment("GET"), 0, 3)).isZero();
        body.begin(Heads.with("Transfer-Encoding: chunked\r\n"));
        assertThat(body.isDone()).isFalse();
        assertThat(body.advance(Heads.segment("5\r\nhe"), 0, 5)).isEqualTo(3);
        assertThat(body.dataRemaining()).isEqualTo(5);
        body.took(5);
        assertThat(body.skip(Heads.segment("\r\n0\r\n\r\nGET"), 0, 10)).isEqualTo(7);
        assertThat(body.isDone()).isTrue();
        body.begin(Heads.with("Transfer-Encoding: chunked\r\n"));
        assertThat(body.skip(Heads.segment("x"), 0, 1)).isEqualTo(-400);
    }
}
