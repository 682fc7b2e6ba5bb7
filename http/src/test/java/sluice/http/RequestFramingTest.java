package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 sections 6, 9 and 11.2: what frames a body and a connection, and what smuggles. */
class RequestFramingTest {
    private static int post(String lines) {
        return Heads.result(Heads.request("POST", lines));
    }

    private static int old(String lines) {
        return Heads.result("POST / HTTP/1.0\r\n" + lines + "\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "5, 5",
        "00005, 5",
        "4294967296, 4294967296",
        "9223372036854775806, 9223372036854775806"
    })
    void contentLengthIsANumber(String text, long length) {
        RequestHead head = Heads.head(Heads.request("POST", "Content-Length: " + text + "\r\n"));
        assertThat(head.contentLength()).isEqualTo(length);
        assertThat(head.hasBody()).isEqualTo(length > 0);
        assertThat(head.chunked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+5",
                "-5",
                "-0",
                "5.0",
                "5,",
                ",5",
                "5, 5",
                "5,5",
                "5 5",
                "0x5",
                "5a",
                "a",
                "\"5\"",
                "5;",
                "9223372036854775807",
                "9223372036854775808",
                "99999999999999999999",
                "1e3",
                "\u0665",
                "5\u00a0",
                "18446744073709551621"
            })
    void anyOtherContentLengthIsBad(String text) {
        assertThat(post("Content-Length: " + text + "\r\n")).isEqualTo(-400);
    }

    @Test
    void twoContentLengthsAreBadEvenIfEqual() {
        assertThat(post("Content-Length: 5\r\nContent-Length: 5\r\n")).isEqualTo(-400);
        assertThat(post("Content-Length: 5\r\nContent-Length: 6\r\n")).isEqualTo(-400);
        assertThat(post("Content-Length: 0\r\ncontent-length: 5\r\n")).isEqualTo(-400);
        assertThat(old("Content-Length: 5\r\nContent-Length: 5\r\n")).isEqualTo(-400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "CHUNKED", " chunked ", "\tchunked\t"})
    void chunkedIsTheOneTransferCoding(String value) {
        RequestHead head = Heads.head(Heads.request("POST", "Transfer-Encoding:" + value + "\r\n"));
        assertThat(head.chunked()).isTrue();
        assertThat(head.hasBody()).isTrue();
        assertThat(head.contentLength()).isEqualTo(-1);
    }

    /** Section 6.1: codings that are not understood, before the chunked one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip, chunked",
                "gzip,chunked",
                "x , CHUNKED",
                "gzip;q=\"a,b\", chunked",
                "identity, chunked"
            })
    void otherCodingsBeforeChunkedAreNotImplemented(String value) {
        assertThat(post("Transfer-Encoding: " + value + "\r\n")).isEqualTo(-501);
    }

    /** Section 6.3: if chunked is not the final coding, the length can't be determined. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gzip",
                "identity",
                "xchunked",
                "chunkedx",
                "chunke",
                "chunked, gzip",
                "chunked, identity",
                "chunked, chunked",
                "chunked,",
                ",chunked",
                "chunked;a=b",
                "gzip, chunked;a",
                "\"chunked\"",
                "chunked chunked",
                "chunked\u000b",
                "chunked\u00a0",
                "\u00e7hunked",
                "gzip chunked",
                "gzip, , chunked",
                "chunked; ",
                "\\chunked",
                "'chunked'",
                "gzip, \"a, chunked"
            })
    void whatDoesNotEndInOneChunkedIsBad(String value) {
        assertThat(post("Transfer-Encoding: " + value + "\r\n")).isEqualTo(-400);
    }

    /** Section 11.2: two of the ways by which one message is read as two. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
                "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: identity\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked\r\ntransfer-encoding: x\r\n",
                "Transfer-Encoding : chunked\r\n",
                "Transfer-Encoding\t: chunked\r\n",
                " Transfer-Encoding: chunked\r\n",
                "X: y\r\n Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding:\r\n chunked\r\n",
                "X: y\rTransfer-Encoding: chunked\r\n",
                "X: y\nTransfer-Encoding: chunked\r\n",
                "X: y\r\rTransfer-Encoding: chunked\r\n",
                "X: y\n\nGET /smuggled HTTP/1.1\r\nHost: h\r\n",
                "Transfer-Encoding: \u0000chunked\r\n",
                "Transfer\u0000-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\n\r",
                "Content-Length : 5\r\n",
                "Content-Length: 5\nX: y\r\n",
                "Content-Length:\r\n 5\r\n",
                "Content-Length: 5\u0000\r\n",
                "\u0000Content-Length: 5\r\n"
            })
    void whatCouldBeReadInTwoWaysIsBad(String lines) {
        assertThat(post(lines)).isNegative();
    }

    @Test
    void transferCodingsAreBadInHttp10() {
        assertThat(old("Transfer-Encoding: chunked\r\n")).isEqualTo(-400);
        assertThat(old("Content-Length: 5\r\n")).isPositive();
    }

    @Test
    void namesThatOnlyLookAlikeFrameNothing() {
        RequestHead head = Heads.head(Heads.request(
                "POST",
                "Content_Length: 5\r\nTransfer_Encoding: chunked\r\nX-Content-Length: 5\r\n"));
        assertThat(head.hasBody()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'', true, false",
        "'Connection: close\r\n', false, false",
        "'Connection: Close\r\n', false, false",
        "'Connection: keep-alive\r\n', true, true",
        "'Connection: Keep-Alive\r\n', true, true",
        "'Connection: keep-alive, close\r\n', false, false",
        "'Connection: close, keep-alive\r\n', false, false",
        "'Connection: keep-alive\r\nConnection: close\r\n', false, false",
        "'Connection: a,\t close ,b\r\n', false, false",
        "'Connection: ,,keep-alive,\r\n', true, true",
        "'Connection: upgrade\r\n', true, false",
        "'Connection: \r\n', true, false",
        "'Connection: closed\r\n', true, false",
        "'Connection: not-close\r\n', true, false",
        "'Connection: \"close\"\r\n', true, false",
        "'Keep-Alive: timeout=5\r\n', true, false",
        "'Proxy-Connection: keep-alive\r\n', true, false"
    })
    void theConnectionOutlivesTheRequest(String lines, boolean in11, boolean in10) {
        assertThat(Heads.with(lines).keepAlive()).isEqualTo(in11);
        assertThat(Heads.head("GET / HTTP/1.0\r\n" + lines + "\r\n").keepAlive())
                .isEqualTo(in10);
    }

    /** RFC 9110 section 10.1.1. */
    @ParameterizedTest
    @CsvSource({
        "100-continue, true, false",
        "100-Continue, true, false",
        "'', false, false",
        "'100-continue, 100-continue', false, true",
        "200-ok, false, true",
        "100-continued, false, true",
        "100-continue;a=b, false, true"
    })
    void expectationsAreKnownOrNot(String value, boolean known, boolean unknown) {
        RequestHead head = Heads.with("Expect: " + value + "\r\n");
        assertThat(head.expectContinue()).isEqualTo(known);
        assertThat(head.unknownExpectation()).isEqualTo(unknown);
        RequestHead old = Heads.head("GET / HTTP/1.0\r\nExpect: " + value + "\r\n\r\n");
        assertThat(old.expectContinue()).isFalse();
        assertThat(old.unknownExpectation()).isFalse();
    }
}
