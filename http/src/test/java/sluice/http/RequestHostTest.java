package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 section 3.2, RFC 9110 section 7.2 and RFC 3986 section 3.2.2. */
class RequestHostTest {
    private static int get(String version, String lines) {
        return Heads.result("GET / " + version + "\r\n" + lines + "\r\n");
    }

    @Test
    void http11NeedsExactlyOneHost() {
        assertThat(get("HTTP/1.1", "")).isEqualTo(-400);
        assertThat(get("HTTP/1.1", "Host: h\r\n")).isPositive();
        assertThat(get("HTTP/1.1", "Host: h\r\nHost: h\r\n")).isEqualTo(-400);
        assertThat(get("HTTP/1.1", "Host: h\r\nA: b\r\nhOST: g\r\n")).isEqualTo(-400);
        assertThat(get("HTTP/1.1", "Hosts: h\r\n")).isEqualTo(-400);
    }

    @Test
    void http10NeedsNoneAndTakesOne() {
        assertThat(get("HTTP/1.0", "")).isPositive();
        assertThat(get("HTTP/1.0", "Host: h\r\n")).isPositive();
        assertThat(get("HTTP/1.0", "Host: h\r\nHost: h\r\n")).isEqualTo(-400);
        assertThat(get("HTTP/1.0", "Host: a b\r\n")).isEqualTo(-400);
    }

    @Test
    void anEmptyHostGoesOnlyWithATargetThatNamesNoneEither() {
        assertThat(get("HTTP/1.1", "Host:\r\n")).isPositive();
        assertThat(get("HTTP/1.1", "Host: \t\r\n")).isPositive();
        assertThat(Heads.result("GET http://h/ HTTP/1.1\r\nHost:\r\n\r\n")).isEqualTo(-400);
        assertThat(Heads.result("GET http://h/ HTTP/1.1\r\n\r\n")).isEqualTo(-400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h",
                "www.example.org",
                "www.example.org:8080",
                "h:",
                "h:0",
                "h:65535",
                "h:00080",
                "127.0.0.1",
                "127.0.0.1:80",
                "a_b",
                "a-b",
                "a.",
                "xn--e1afmkfd",
                "a%2Db",
                "!$&'()*+,;=~",
                "[::]",
                "[::1]",
                "[::1]:80",
                "[1:2:3:4:5:6:7:8]",
                "[2001:db8::7]",
                "[1::8]",
                "[1:2:3:4:5:6:7::]",
                "[::2:3:4:5:6:7:8]",
                "[::ffff:127.0.0.1]",
                "[1:2:3:4:5:6:255.255.255.255]",
                "[::FFFF:0.0.0.0]"
            })
    void validHosts(String host) {
        assertThat(get("HTTP/1.1", "Host: " + host + "\r\n")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a, b",
                "a/b",
                "a?b",
                "a#b",
                "u@h",
                "a\\b",
                "a:b",
                "a:80:80",
                ":80",
                ":",
                "a:-1",
                "a:65536",
                "a:99999999999999999999",
                "a: 80",
                "h:8o",
                "a%",
                "a%2",
                "a%zz",
                "\"h\"",
                "<h>",
                "\u00e9",
                "http://h",
                "[",
                "]",
                "[]",
                "[::1",
                "::1",
                "[::1]x",
                "[::1]:x",
                "[:]",
                "[:::]",
                "[1]",
                "[1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:8:9]",
                "[1::2::3]",
                "[12345::]",
                "[g::]",
                "[::1%eth0]",
                "[1:]",
                "[1:2:3:4:5:6:7:8:]",
                "[:1]",
                "[1:2:3:4:5:6:7:8::]",
                "[::1.2.3]",
                "[::1.2.3.4.5]",
                "[::1.2.3.256]",
                "[::1.2.3.04]",
                "[1:2:3:4:5:6:7:1.2.3.4]",
                "[::1.2.3.4:1]",
                "[v1.a]",
                "[127.0.0.1]",
                "[::1]]",
                "[[::1]]"
            })
    void invalidHosts(String host) {
        assertThat(get("HTTP/1.1", "Host: " + host + "\r\n")).as(host).isEqualTo(-400);
    }
}
