package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** RFC 9112 sections 4 and 6.3. */
class ResponseHeadParserTest {
    private final ResponseHeadParser head = new ResponseHeadParser();

    private int parse(String text) {
        return Heads.parseEveryWay(head::parse, text);
    }

    private ResponseHeadParser parsed(int status, String lines) {
        String text = "HTTP/1.1 " + status + " X\r\n" + lines + "\r\n";
        assertThat(parse(text)).isEqualTo(text.length());
        return head;
    }

    @Test
    void readsAHead() {
        String text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\n";
        assertThat(parse(text + "hello")).isEqualTo(text.length());
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.minorVersion()).isEqualTo(1);
        assertThat(head.contentLength()).isEqualTo(5);
        assertThat(head.keepAlive()).isTrue();
        assertThat(head.bodyLength(Method.GET)).isEqualTo(BodyLength.FIXED);
        assertThat(head.fields().value(head.fields().find(Field.ETAG))).isEqualTo("\"a\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK",
                "HTTP/1.1 200 ",
                "HTTP/1.1 200",
                "HTTP/1.0 200 OK",
                "HTTP/1.1 599 \u00e9\t!",
                "HTTP/1.1 404 Not Found At All"
            })
    void statusLinesMayLackAReason(String line) {
        assertThat(parse(line + "\r\n\r\n")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.2 200 OK",
                "HTTP/2 200 OK",
                "HTTP/2.0 200 OK",
                "http/1.1 200 OK",
                "HTTP/1.1  200 OK",
                "HTTP/1.1 20 OK",
                "HTTP/1.1 2000 OK",
                "HTTP/1.1 099 OK",
                "HTTP/1.1 600 OK",
                "HTTP/1.1 2x0 OK",
                "HTTP/1.1\t200 OK",
                "ICY 200 OK",
                "200 OK",
                "",
                "HTTP/1.1 200 O\u0000",
                "HTTP/1.1 200 O\rK",
                "HTTP/1.1 200\tOK",
                "HTTP/1.1200 OK",
                " HTTP/1.1 200 OK",
                "HTTP/1.1 -10 OK",
                "<html>"
            })
    void anyOtherStatusLineIsMalformed(String line) {
        assertThat(parse(line + "\r\n\r\n")).isEqualTo(ResponseHeadParser.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A : b\r\n",
                "A: b\n",
                "A: b\r\n c\r\n",
                "A: \u0000\r\n",
                ": b\r\n",
                "A\r\n",
                "Content-Length: 5\r\nContent-Length: 5\r\n",
                "Content-Length: 5, 5\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: gzip\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Transfer-Encoding: chunked, chunked\r\n",
                "Content-Length:\r\n"
            })
    void whatLeavesTheEndInDoubtIsMalformed(String lines) {
        assertThat(parse("HTTP/1.1 200 OK\r\n" + lines + "\r\n"))
                .isEqualTo(ResponseHeadParser.MALFORMED);
    }

    @Test
    void headsAreBounded() {
        String endless = "HTTP/1.1 200 OK\r\nA: " + "a".repeat(RequestHead.MAX_HEAD);
        assertThat(head.parse(Heads.segment(endless), 0, endless.length()))
                .isEqualTo(ResponseHeadParser.MALFORMED);
        assertThat(head.parse(Heads.segment(endless), 0, RequestHead.MAX_HEAD - 1))
                .isZero();
        String many = "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(FieldLines.MAX_FIELDS + 1) + "\r\n";
        assertThat(parse(many)).isEqualTo(ResponseHeadParser.MALFORMED);
    }

    @Test
    void headsAreBoundedWhereverTheyBegin() {
        int from = RequestHead.MAX_HEAD + 7;
        String endless = "HTTP/1.1 200 OK\r\nA: " + "a".repeat(RequestHead.MAX_HEAD);
        MemorySegment bytes = Heads.segment("x".repeat(from) + endless);
        assertThat(head.parse(bytes, from, from + RequestHead.MAX_HEAD))
                .isEqualTo(ResponseHeadParser.MALFORMED);
        assertThat(head.parse(bytes, from, from + RequestHead.MAX_HEAD - 1)).isZero();
        // What follows the given octets is not read, though it would make the head too long.
        assertThat(head.parse(bytes, from, from + 30)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "200, '', GET, UNTIL_CLOSE",
        "200, 'Content-Length: 0\r\n', GET, FIXED",
        "200, 'Transfer-Encoding: chunked\r\n', GET, CHUNKED",
        "200, 'Content-Length: 5\r\n', HEAD, NONE",
        "200, 'Transfer-Encoding: chunked\r\n', HEAD, NONE",
        "404, 'Content-Length: 5\r\n', GET, FIXED",
        "100, '', PUT, NONE",
        "103, 'Content-Length: 5\r\n', GET, NONE",
        "204, 'Content-Length: 5\r\n', PUT, NONE",
        "304, 'Content-Length: 5\r\n', GET, NONE",
        "200, 'Content-Length: 5\r\n', CONNECT, NONE",
        "300, 'Content-Length: 5\r\n', CONNECT, FIXED",
        "407, 'Content-Length: 5\r\n', CONNECT, FIXED"
    })
    void theBodyEndsAsSection63Says(int status, String lines, Method request, BodyLength expected) {
        assertThat(parsed(status, lines).bodyLength(request)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void aNotModifiedHasNoBodyWhateverWasAsked(Method request) {
        assertThat(parsed(304, "").bodyLength(request)).isEqualTo(BodyLength.NONE);
    }

    @Test
    void theConnectionOutlivesTheResponse() {
        assertThat(parsed(200, "").keepAlive()).isTrue();
        assertThat(parsed(200, "Connection: close\r\n").keepAlive()).isFalse();
        assertThat(parse("HTTP/1.0 200 OK\r\n\r\n")).isPositive();
        assertThat(head.keepAlive()).isFalse();
        assertThat(parse("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n")).isPositive();
        assertThat(head.keepAlive()).isTrue();
    }

    @Test
    void readsWhatTheWriterWrites() {
        Fields fields = Fields.of(Field.CONTENT_RANGE, Multipart.contentRange(0, 10, 20))
                .with(Field.CONTENT_LENGTH, 10);
        byte[] line = Status.line(Status.PARTIAL_CONTENT);
        int end = line.length + fields.length() + 2;
        MemorySegment into = Heads.segment("\r\n".repeat(end));
        MemorySegment.copy(line, 0, into, ValueLayout.JAVA_BYTE, 0, line.length);
        fields.copyTo(into, line.length);
        into.set(ValueLayout.JAVA_BYTE, end - 2, (byte) '\r');
        into.set(ValueLayout.JAVA_BYTE, end - 1, (byte) '\n');

        assertThat(head.parse(into, 0, end)).isEqualTo(end);
        assertThat(head.status()).isEqualTo(206);
        int range = head.fields().find(Field.CONTENT_RANGE);
        assertThat(head.fields().value(range)).isEqualTo("bytes 0-9/20");
    }
}
