package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** RFC 3986 sections 2, 3.3 and 6.2.2, and what a path must not do to a file server. */
class RequestTargetTest {
    private final RequestTarget target = new RequestTarget();

    private int decode(String path) {
        String noisy = "GET " + path + " HTTP/1.1";
        return target.decode(Heads.segment(noisy), 4, 4 + path.length());
    }

    private String decoded(String path) {
        int length = decode(path);
        assertThat(length).as(path).isPositive().isEqualTo(target.length());
        return new String(target.bytes(), 0, length, ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "'', /",
        "/a, /a",
        "/a/, /a/",
        "/a/b.txt, /a/b.txt",
        "/%61, /a",
        "/%2e%2E%2e, /...",
        "/a%20b, '/a b'",
        "/a+b, /a+b",
        "/a;b=c, /a;b=c",
        "/a%3Bb, /a;b",
        "/%23, /#",
        "/%3f, /?",
        "/%25, /%",
        "/%2525, /%25",
        "/%252e%252e, /%2e%2e",
        "/%5c, /\\",
        "/..%5c, /..\\",
        "/%5c..%5c, /\\..\\",
        "/~a, /~a",
        "/%7Ea, /~a",
        "/:@!$&'()*, /:@!$&'()*",
        "/a..b, /a..b",
        "/..., /...",
        "/a.., /a..",
        "/..a, /..a",
        "/..%2e, /...",
        "/..;, /..;",
        "/.a, /.a"
    })
    void decodesOnce(String path, String expected) {
        assertThat(decoded(path)).isEqualTo(expected);
    }

    @Test
    void namesMayHoldAnyOctets() {
        assertThat(decoded("/%0a%0d%09%01%7f")).isEqualTo("/\n\r\t\u0001\u007f");
        assertThat(decoded("/%C3%A9")).isEqualTo("/\u00c3\u00a9");
        assertThat(decoded("/%e9%ff%80")).isEqualTo("/\u00e9\u00ff\u0080");
        assertThat(target.text()).isEqualTo("/\ufffd\ufffd\ufffd");
        decode("/%C3%A9");
        assertThat(target.text()).isEqualTo("/\u00e9");
    }

    /** What another decoder takes for "/" or "." is here a name of two or three octets. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%c0%af",
                "/%c0%ae%c0%ae",
                "/%c0%ae%c0%ae%c0%af",
                "/%e0%80%af",
                "/..%c0%af..",
                "/%c1%9c",
                "/%ef%bc%8f",
                "/%e2%80%a5"
            })
    void overlongUtf8IsJustOctetsOfAName(String path) {
        assertThat(decoded(path)).startsWith("/");
        assertThat(decoded(path).indexOf('/', 1)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%",
                "/%2",
                "/%zz",
                "/%2g",
                "/%g2",
                "/a%",
                "/%%",
                "/%%20",
                "/% 20",
                "/%u002f",
                "/%+1",
                "/%-1",
                "/%00",
                "/a%00",
                "/a%00.html",
                "/%00/..",
                "a",
                "%2f",
                ".",
                ".."
            })
    void malformedPathsAreBad(String path) {
        assertThat(decode(path)).isEqualTo(-400);
    }

    /** RFC 3986 section 5.2.4, with its two examples, and section 6.2.2.2. */
    @ParameterizedTest
    @CsvSource({
        "/., /",
        "/./, /",
        "/./a, /a",
        "/a/., /a/",
        "/a/./b, /a/b",
        "/a/.., /",
        "/a/../, /",
        "/a/../b, /b",
        "/a/b/.., /a/",
        "/a/b/../, /a/",
        "/a/b/c/./../../g, /a/g",
        "/mid/content=5/../6, /mid/6",
        "/%2e, /",
        "/%2e/, /",
        "/a/%2e%2e/b, /b",
        "/a/.%2E/b, /b",
        "/a/%2e./b, /b",
        "/a/b/../../c, /c",
        "/..;/../, /",
        "/.git/../a, /a",
        "/a/.../../b, /a/b"
    })
    void dotSegmentsAreResolvedInAnyEncoding(String path, String expected) {
        assertThat(decoded(path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/../",
                "/../a",
                "/%2e%2e",
                "/%2E%2e/etc/passwd",
                "/.%2e",
                "/%2e.",
                "/../../../etc",
                "/./..",
                "/a/../..",
                "/a/../../b",
                "/a/../../a/b",
                "//../.."
            })
    void whatLeadsAboveTheRootIsBad(String path) {
        assertThat(decode(path)).isEqualTo(-400);
    }

    @ParameterizedTest
    @CsvSource({
        "//, /",
        "///, /",
        "//a, /a",
        "/a//, /a/",
        "/a//b, /a/b",
        "/a///b//c, /a/b/c",
        "//evil.example/, /evil.example/",
        "/.//a, /a",
        "//evil.example/.., /"
    })
    void severalSlashesAreOne(String path, String expected) {
        assertThat(decoded(path)).isEqualTo(expected);
    }

    /** An empty segment is one that ".." takes back: clients that resolve it come to the same. */
    @ParameterizedTest
    @CsvSource({"/a//../b, /a/b", "//.., /", "/a/b//../../c, /a/c"})
    void dotSegmentsAreResolvedBeforeSlashesAreMerged(String path, String expected) {
        assertThat(decoded(path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/%2f", "/a%2fb", "/a%2Fb", "/..%2f..", "/%2f%2fevil.example", "/a/%2F"})
    void encodedSlashesNameNothing(String path) {
        assertThat(decode(path)).isEqualTo(-404);
    }

    @Test
    void pathsOfTheLongestRequestLineFitAndLongerOnesDoNot() {
        String longest = "/" + "a".repeat(RequestHead.MAX_REQUEST_LINE - 1);
        assertThat(decode(longest)).isEqualTo(longest.length());
        assertThat(decode(longest + "a")).isEqualTo(-414);
    }

    @ParameterizedTest
    @CsvSource({"/, true", "/a, false", "/a/, true", "'', true", "/a%20, false"})
    void saysWhetherItEndsWithASlash(String path, boolean expected) {
        decode(path);
        assertThat(target.endsWithSlash()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/, false",
        "/a, false",
        "/a.b, false",
        "/.a, true",
        "/a/.b, true",
        "/.a/b, true",
        "/%2ea, true",
        "/.well-known/x, true",
        "/..., true",
        "/a./b, false",
        "/.git/, true",
        "/./a, false",
        "/.git/../a, false",
        "/a/../.b, true",
        "//.b, true"
    })
    void saysWhetherASegmentStartsWithADot(String path, boolean expected) {
        decode(path);
        assertThat(target.hasDotfile()).isEqualTo(expected);
        decode("/a");
        assertThat(target.hasDotfile()).isFalse();
    }

    /** RFC 8615: the names below it are registered, so whoever puts one there wants it served. */
    @ParameterizedTest
    @CsvSource({
        "/.well-known, true, false",
        "/.well-known/, true, false",
        "/.well-known/a/b, true, false",
        "/%2Ewell-known/a, true, false",
        "/x/../.well-known//a, true, false",
        "/.well-known/.a, true, true",
        "/.well-known/a/.git/b, true, true",
        "/.well-known/../.env, false, true",
        "/.well-knownx, false, true",
        "/.well-know, false, true",
        "/.Well-Known/a, false, true",
        "/a/.well-known/b, false, true",
        "/.env, false, true",
        "/a, false, false"
    })
    void wellKnownIsNoHiddenNameAtTheRoot(String path, boolean known, boolean hidden) {
        decode(path);
        assertThat(target.isWellKnown()).isEqualTo(known);
        assertThat(target.hasHiddenDotfile()).isEqualTo(hidden);
    }

    @Test
    void isCopiedWithANulForASystemCall() {
        decode("/a%20b");
        byte[] into = new byte[8];
        Arrays.fill(into, (byte) 'x');
        assertThat(target.copyTo(1, MemorySegment.ofArray(into), 2)).isEqualTo(3);
        assertThat(new String(into, UTF_8)).isEqualTo("xxa b\0xx");
    }

    @ParameterizedTest
    @CsvSource({
        "a.txt, a.txt", "'a b', a%20b", "a%b, a%25b", "a#b, a%23b", "a?b, a%3Fb", "a+b, a+b",
        "a;b, a%3Bb", "a:b, a%3Ab", "a&b, a%26b", "a'b, a%27b", "a<b>, a%3Cb%3E", "a\\b, a%5Cb",
        "\u00e9, %C3%A9", "~-._!$()*@=, ~-._!$()*@=", "a/b, a%2Fb"
    })
    void namesAreEncodedAsSegments(String name, String expected) {
        byte[] octets = name.getBytes(UTF_8);
        assertThat(RequestTarget.encode(octets)).isEqualTo(expected);
        byte[] into = new byte[100];
        ByteWriter out = new ByteWriter().over(MemorySegment.ofArray(into), 0, into.length);
        RequestTarget.encode(octets, 0, octets.length, out);
        assertThat(new String(into, 0, (int) out.position(), UTF_8)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/a, /a/",
        "/a%20b, /a%20b/",
        "/a?q, /a/?q",
        "/a?, /a/?",
        "http://h/a?q, /a/?q",
        "/a/, /a/",
        "/, /",
        "/./a, /a/",
        "//a?b//c, /a/?b//c",
        "//evil.example/.., /",
        "//evil.example, /evil.example/",
        "/x/..//evil.example, /evil.example/",
        "/%5cevil.example, /%5Cevil.example/",
        "/a%0d%0ab, /a%0D%0Ab/"
    })
    void aRedirectLeadsToTheOneUrlOfThePathAndKeepsTheQuery(String sent, String location) {
        RequestHead head = Heads.head("GET " + sent + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(target.decode(head.bytes(), head.pathFrom(), head.pathTo())).isPositive();
        assertThat(new String(target.withSlash(head), ISO_8859_1)).isEqualTo(location);
    }
}
