package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.http.ForwardedField.FORWARDED;
import static sluice.http.ForwardedField.X_FORWARDED_FOR;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** What proxies say for whom they pass a request on. */
final class ForwardedFieldTest {
    private static List<String> nodes(ForwardedField field, String... lines) {
        StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\nHost: h\r\n");
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        byte[] bytes = text.append("\r\n").toString().getBytes(ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(MemorySegment.ofArray(bytes), 0, bytes.length))
                .isEqualTo(bytes.length);
        return field.nodes(head);
    }

    @Test
    void theNearestProxyIsTheLastOfTheLastLine() {
        assertThat(nodes(
                        X_FORWARDED_FOR,
                        "X-Forwarded-For: 192.0.2.1, 192.0.2.2",
                        "X-Forwarded-For:192.0.2.3,2001:db8::4"))
                .containsExactly("2001:db8::4", "192.0.2.3", "192.0.2.2", "192.0.2.1");
    }

    @Test
    void aPortAndBracketsAreLeftOut() {
        assertThat(nodes(
                        X_FORWARDED_FOR,
                        "X-Forwarded-For: [2001:db8::1]:80, [2001:db8::2], 192.0.2.3:4"))
                .containsExactly("192.0.2.3", "2001:db8::2", "2001:db8::1");
        assertThat(nodes(X_FORWARDED_FOR, "X-Forwarded-For: [::1]x, [::1")).containsExactly("", "");
    }

    /** The examples of RFC 7239 section 4. */
    @Test
    void forIsAmongOtherParametersInAnyCaseAndPerhapsQuoted() {
        assertThat(nodes(
                        FORWARDED,
                        "Forwarded: for=\"_gazonk\"",
                        "Forwarded: For=\"[2001:db8:cafe::17]:4711\"",
                        "Forwarded: for=192.0.2.60;proto=http;by=203.0.113.43",
                        "Forwarded: proto=http; for=192.0.2.43, for=198.51.100.17"))
                .containsExactly(
                        "198.51.100.17",
                        "192.0.2.43",
                        "192.0.2.60",
                        "2001:db8:cafe::17",
                        "_gazonk");
    }

    @Test
    void anElementThatTellsNoAddressIsEmpty() {
        assertThat(nodes(FORWARDED, "Forwarded: proto=https, for=192.0.2.1, by=192.0.2.2;host=x"))
                .containsExactly("", "192.0.2.1", "");
    }

    @Test
    void aCommaInQuotesEndsNoElement() {
        assertThat(nodes(FORWARDED, "Forwarded: host=\"a,for=192.0.2.9\";for=192.0.2.1"))
                .containsExactly("192.0.2.1");
    }

    @Test
    void aRequestWithoutTheFieldTellsNothing() {
        assertThat(nodes(FORWARDED, "X-Forwarded-For: 192.0.2.1")).isEmpty();
        assertThat(nodes(X_FORWARDED_FOR, "Forwarded: for=192.0.2.1")).isEmpty();
    }

    @Test
    void onlyTheNearestProxiesCount() {
        String line = "X-Forwarded-For: 10.0.0.1" + ", 10.0.0.2".repeat(100);
        assertThat(nodes(X_FORWARDED_FOR, line))
                .hasSize(ForwardedField.PROXIES_MAX)
                .containsOnly("10.0.0.2");
    }
}
