package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A request of HTTP/2 as a head of HTTP/1.1, or as malformed (RFC 9113 section 8). */
class FieldSectionTest {
    private static final String[] GET = {":method=GET", ":scheme=https", ":path=/a?b"};

    private final MemorySegment out = MemorySegment.ofArray(new byte[2 * RequestHead.MAX_HEAD]);
    private final FieldSection section = new FieldSection(out);
    private final RequestHead head = new RequestHead();

    private void give(String... fields) {
        for (String line : fields) {
            int equals = line.indexOf('=');
            byte[] octets = line.getBytes(ISO_8859_1);
            section.field(
                    Field.spelled(octets, 0, equals),
                    octets,
                    0,
                    equals,
                    octets,
                    equals + 1,
                    octets.length);
        }
    }

    private int read(String... more) {
        section.begin(false);
        give(GET);
        give(more);
        return section.end(head, false);
    }

    private int readAlone(String... fields) {
        section.begin(false);
        give(fields);
        return section.end(head, false);
    }

    private String written(int length) {
        assertThat(length).isPositive();
        return Octets.string(out, 0, length);
    }

    @Test
    void aRequestIsWrittenAsOneOfHttp1() {
        assertThat(written(read(":authority=h:1", "accept=a", "range=bytes=0-1")))
                .isEqualTo(
                        "GET /a?b HTTP/1.1\r\nhost: h:1\r\naccept: a\r\nrange: bytes=0-1\r\n\r\n");
        assertThat(head.method()).isEqualTo(Method.GET);
        assertThat(head.has(Field.RANGE)).isTrue();
    }

    @Test
    void whatNobodyLooksUpIsNotWritten() {
        assertThat(written(read(":authority=h", "x-other=1", "cookie=a=b", "te=trailers")))
                .isEqualTo("GET /a?b HTTP/1.1\r\nhost: h\r\n\r\n");
    }

    @Test
    void hostStandsForAnAuthorityThatIsNotSent() {
        assertThat(written(read("host=h"))).isEqualTo("GET /a?b HTTP/1.1\r\nhost: h\r\n\r\n");
        assertThat(written(read(":authority=h", "host=h")))
                .isEqualTo("GET /a?b HTTP/1.1\r\nhost: h\r\n\r\n");
        assertThat(read(":authority=h", "host=other")).isEqualTo(FieldSection.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept=a",
                "x y=1",
                "=1",
                "connection=close",
                "keep-alive=1",
                "upgrade=h2c",
                "proxy-connection=close",
                "transfer-encoding=chunked",
                "te=gzip",
                ":path=/",
                ":status=200",
                ":other=1",
                "accept= a",
                "accept=a ",
                "accept=a\rb",
                "accept=a\nb",
                "accept=a\0b",
                "x-other=a\nb"
            })
    void aFieldThatIsNotAllowedIsMalformed(String field) {
        assertThat(read(":authority=h", field)).isEqualTo(FieldSection.MALFORMED);
    }

    @Test
    void pseudoFieldsComeFirstAndOnce() {
        assertThat(readAlone(":method=GET", ":scheme=http", "accept=a", ":path=/"))
                .isEqualTo(FieldSection.MALFORMED);
        assertThat(readAlone(":method=GET", ":scheme=http")).isEqualTo(FieldSection.MALFORMED);
        assertThat(readAlone(":method=GET", ":path=/")).isEqualTo(FieldSection.MALFORMED);
        assertThat(readAlone(":scheme=http", ":path=/")).isEqualTo(FieldSection.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "*", "http://other/", "//", "/ HTTP/1.1", "/a b"})
    void aPathBeginsWithASlash(String path) {
        int length = readAlone(":method=GET", ":scheme=http", ":authority=h", ":path=" + path);
        if (path.equals("//")) {
            assertThat(length).isPositive();
        } else {
            assertThat(length).isIn(FieldSection.MALFORMED, -Status.BAD_REQUEST);
        }
    }

    @Test
    void optionsMayAskForTheServerAsAWhole() {
        String[] fields = {":method=OPTIONS", ":scheme=http", ":authority=h", ":path=*"};
        assertThat(written(readAlone(fields))).startsWith("OPTIONS * HTTP/1.1\r\n");
    }

    @Test
    void connectHasAnAuthorityAlone() {
        assertThat(written(readAlone(":method=CONNECT", ":authority=h:1")))
                .startsWith("CONNECT h:1 HTTP/1.1\r\n");
        assertThat(readAlone(":method=CONNECT", ":authority=h:1", ":path=/"))
                .isEqualTo(FieldSection.MALFORMED);
    }

    @Test
    void aMethodIsAToken() {
        assertThat(readAlone(":method=GET /x", ":scheme=http", ":authority=h", ":path=/"))
                .isEqualTo(FieldSection.MALFORMED);
    }

    @Test
    void fieldsAreCountedOneByOne() {
        String[] most = new String[FieldSection.FIELDS_MAX - GET.length - 1];
        Arrays.fill(most, "cookie=a");
        section.begin(false);
        give(GET);
        give(":authority=h");
        give(most);
        assertThat(section.end(head, false)).isPositive();
        section.begin(false);
        give(GET);
        give(":authority=h");
        give(most);
        give("cookie=a");
        assertThat(section.end(head, false)).isEqualTo(-Status.REQUEST_HEADER_FIELDS_TOO_LARGE);
    }

    @Test
    void contentOfUnknownLengthIsSaidAsHttp1SaysIt() {
        section.begin(false);
        give(GET);
        give(":authority=h");
        assertThat(written(section.end(head, true)))
                .endsWith("\r\ntransfer-encoding: chunked\r\n\r\n");
        assertThat(head.chunked()).isTrue();
        section.begin(false);
        give(GET);
        give(":authority=h", "content-length=5");
        assertThat(written(section.end(head, true))).endsWith("\r\ncontent-length: 5\r\n\r\n");
    }

    @Test
    void trailersHaveNoPseudoFields() {
        section.begin(true);
        give("x-sum=1", "accept=a");
        assertThat(section.endTrailers()).isTrue();
        section.begin(true);
        give(":path=/");
        assertThat(section.endTrailers()).isFalse();
    }
}
