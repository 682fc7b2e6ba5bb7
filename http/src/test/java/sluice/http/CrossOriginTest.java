package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;

/** Fetch Metadata section 2.3, RFC 6454 section 7, and what counts as an address in a Host. */
class CrossOriginTest {
    private static boolean sent(String host, String... lines) {
        String fields = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
        return CrossOrigin.sent(
                Heads.head("PUT / HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n"));
    }

    @Test
    void aClientThatIsNoBrowserSaysNothing() {
        assertThat(sent("h")).isFalse();
        assertThat(CrossOrigin.sent(Heads.head("PUT / HTTP/1.0\r\n\r\n"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "same-origin, false",
        "none, false",
        "cross-site, true",
        "same-site, true",
        "Same-Origin, true",
        "'', true",
        "whatever-comes-next, true"
    })
    void onlyItsOwnPagesAndItsUserSpeakForABrowser(String site, boolean sent) {
        assertThat(sent("h", "Sec-Fetch-Site: " + site)).isEqualTo(sent);
        assertThat(sent("h", "sec-fetch-site: none", "Sec-Fetch-Site: " + site)).isEqualTo(sent);
    }

    @Test
    void anOriginOfNoHostIsNobodysOwn() {
        assertThat(sent("", "Origin: http://:")).isTrue();
        assertThat(sent("", "Origin: http://:80")).isTrue();
        assertThat(sent("", "Origin: http://")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "h, http://h",
        "h, https://h",
        "H, http://h",
        "h, HTTP://H",
        "h:80, http://h",
        "h, http://h:80",
        "h:443, https://h",
        "h:8000, http://h:8000",
        "h:, http://h",
        "127.0.0.1:8000, http://127.0.0.1:8000",
        "[::1]:8000, http://[::1]:8000",
        "[::1], http://[::1]"
    })
    void anOriginOfTheHostThatIsAskedIsItsOwn(String host, String origin) {
        assertThat(sent(host, "Origin: " + origin)).isFalse();
        assertThat(sent(host, "Origin: " + origin, "Origin: http://evil.example"))
                .isTrue();
        assertThat(sent(host, "Origin: " + origin, "Sec-Fetch-Site: cross-site"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "h, null",
        "h, ''",
        "h, http://",
        "h, http://g",
        "h, http://hh",
        "h, http://a.h",
        "h, http://h.evil.example",
        "h:8000, http://h",
        "h:8000, http://h:8001",
        "h, http://h:443",
        "h, https://h:80",
        "h, http://h/",
        "h, http://u@h",
        "h, ftp://h",
        "h, h",
        "h, http://h http://h",
        "h, 'http://h, http://h'",
        "[::1]:8000, http://[::1]:8001",
        "'', http://",
        "'', http://:80"
    })
    void anyOtherOriginIsForeign(String host, String origin) {
        assertThat(sent(host, "Origin: " + origin)).isTrue();
        assertThat(sent(host, "Sec-Fetch-Site: same-origin", "Origin: " + origin))
                .isTrue();
    }

    @Test
    void withoutAHostEveryOriginIsForeign() {
        String head = "PUT / HTTP/1.0\r\nOrigin: http://h\r\n\r\n";
        assertThat(CrossOrigin.sent(Heads.head(head))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "h, h",
        "h:80, h",
        "h:, h",
        "127.0.0.1:80, 127.0.0.1",
        "[::1], [::1]",
        "[::1]:80, [::1]",
        "1, 1",
        "80, 80",
        "[::1]:, [::1]"
    })
    void thePortIsNoPartOfTheHost(String authority, String host) {
        MemorySegment bytes = Heads.segment(authority);
        int end = Authority.withoutPort(bytes, 0, authority.length());
        assertThat(authority.substring(0, end)).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource({
        "h, h",
        "h., h",
        "h.:80, h",
        "h.., h.",
        "., .",
        ".:80, .",
        "[::1]:80, [::1]",
        "a.b.:, a.b"
    })
    void theDotOfAnAbsoluteNameIsNoPartOfIt(String authority, String name) {
        MemorySegment bytes = Heads.segment(authority);
        int end = Authority.endOfName(bytes, 0, authority.length());
        assertThat(authority.substring(0, end)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "255.255.255.255", "[::1]", "[2001:db8::7]"})
    void anAddressIsNoName(String host) {
        byte[] octets = host.getBytes(ISO_8859_1);
        assertThat(Authority.isAddress(MemorySegment.ofArray(octets), 0, octets.length))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "h",
                "1",
                "127.1",
                "127.0.0.1.",
                "0x7f.0.0.1",
                "127.0.0.1.evil.example",
                "127.0.0.256",
                "127.0.0.01",
                "2130706433",
                "1.2.3.4.5",
                "a.0.0.1"
            })
    void whatIsNoWholeAddressIsAName(String host) {
        MemorySegment bytes = Heads.segment(host);
        assertThat(Authority.isAddress(bytes, 0, host.length())).isFalse();
    }
}
