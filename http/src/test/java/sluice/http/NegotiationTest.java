package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.http.ContentCoding.BR;
import static sluice.http.ContentCoding.GZIP;
import static sluice.http.ContentCoding.IDENTITY;
import static sluice.http.ContentCoding.ZSTD;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Set;

/** RFC 9110 section 12 and RFC 9530 section 4. */
class NegotiationTest {
    private static final int ALL = BR.bit() | ZSTD.bit() | GZIP.bit() | IDENTITY.bit();

    private static @Nullable ContentCoding best(String lines, int available) {
        AcceptEncoding accept = new AcceptEncoding();
        accept.parse(Heads.with(lines));
        return accept.best(available);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd | BR",
                "gzip, deflate, zstd | ZSTD",
                "gzip, deflate | GZIP",
                "deflate | IDENTITY",
                "x-gzip | GZIP",
                "GZIP | GZIP",
                "gzip;q=1.0, br;q=0.5 | GZIP",
                "gzip;q=0.5, br;q=0.501 | BR",
                "br;q=0.001 | BR",
                "br;q=0 | IDENTITY",
                "br;q=0.000, gzip | GZIP",
                "* | BR",
                "*;q=0.1, gzip;q=0.2 | GZIP",
                "br;q=0, * | ZSTD",
                "br;q=0, zstd;q=0, * | GZIP",
                "identity | IDENTITY",
                "identity;q=1, gzip;q=0.5 | IDENTITY",
                "identity;q=0.5, gzip;q=0.5 | GZIP",
                "identity;q=0.5, *;q=0 | IDENTITY",
                "identity;q=0, gzip;q=0.1 | GZIP",
                "*;q=0, gzip | GZIP",
                "gzip ; q=0.5 , br\t;\tq=0.4 | GZIP",
                "gzip;Q=0.4, br;q=0.3 | GZIP",
                ",,gzip,, | GZIP",
                "gzip;x=y;q=0.5, br;q=0.4 | GZIP",
                "gzip;x=\"a,b;q=0\", br;q=0.4 | GZIP",
                "br;q=2, gzip | GZIP",
                "br;q=1.001, gzip | GZIP",
                "br;q=-1, gzip | GZIP",
                "br;q=, gzip | GZIP",
                "br;q=0.1234, gzip;q=0.1 | GZIP",
                "br;q=.5, gzip;q=0.1 | GZIP",
                "br;q=1,5, gzip;q=0.1 | BR",
                "gzip;q=0.9, br;q=0.8 | GZIP",
                "gzip;q=0.99, br;q=0.98 | GZIP",
                "gzip;q=0.999, br;q=0.998 | GZIP",
                "br;x=\"a\\\",gzip;q=1\", gzip;q=0.5 | BR",
                "gzip;x=\"a\\\"b\";q=0.3, br;q=0.4 | BR",
                "identity;q=2 | IDENTITY",
                "identity;q=1.0000 | IDENTITY",
                "identity;q=0.x | IDENTITY",
                "identity;q= | IDENTITY",
                "br gzip | IDENTITY",
                "brx, xbr | IDENTITY"
            })
    void theCodingThatTheClientLikesBestIsChosen(String value, ContentCoding expected) {
        assertThat(best("Accept-Encoding: " + value + "\r\n", ALL)).isEqualTo(expected);
    }

    @Test
    void noCodingIsSentToWhoDidNotAskForOne() {
        assertThat(best("", ALL)).isEqualTo(IDENTITY);
        assertThat(best("Accept-Encoding:\r\n", ALL)).isEqualTo(IDENTITY);
        assertThat(best("", GZIP.bit())).isNull();
    }

    @Test
    void linesAreOneList() {
        String lines = "Accept-Encoding: gzip;q=0.5\r\nAccept-Encoding: br;q=0.6\r\n";
        assertThat(best(lines, ALL)).isEqualTo(BR);
        assertThat(best(lines, GZIP.bit() | IDENTITY.bit())).isEqualTo(GZIP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity;q=0", "*;q=0", "deflate, *;q=0", "identity;q=0, deflate"})
    void nothingIsAcceptableWhenIdentityIsRefused(String value) {
        AcceptEncoding accept = new AcceptEncoding();
        accept.parse(Heads.with("Accept-Encoding: " + value + "\r\n"));
        assertThat(accept.best(ALL)).isNull();
        assertThat(accept.accepts(IDENTITY)).isFalse();
    }

    @Test
    void onlyWhatIsThereIsChosen() {
        String lines = "Accept-Encoding: br, gzip;q=0.5\r\n";
        assertThat(best(lines, GZIP.bit() | IDENTITY.bit())).isEqualTo(GZIP);
        assertThat(best(lines, IDENTITY.bit())).isEqualTo(IDENTITY);
        assertThat(best(lines, ZSTD.bit())).isNull();
        assertThat(best(lines, 0)).isNull();
    }

    @Test
    void nothingOfOneRequestIsLeftInTheNext() {
        AcceptEncoding accept = new AcceptEncoding();
        assertThat(accept.accepts(IDENTITY)).isTrue();
        accept.parse(Heads.with("Accept-Encoding: br, identity;q=0\r\n"));
        accept.parse(Heads.with(""));
        assertThat(accept.accepts(BR)).isFalse();
        assertThat(accept.accepts(IDENTITY)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | 1000",
                "Application/JSON | 1000",
                "application/json;q=0.5 | 500",
                "application/json ; q=0.5 | 500",
                "application/*;q=0.3 | 300",
                "*/*;q=0.2 | 200",
                "*/*;q=0.2, application/*;q=0.3, application/json;q=0.4 | 400",
                "application/json;q=0.4, application/*;q=0.9, */* | 400",
                "text/html, */*;q=0.8 | 800",
                "text/html | 0",
                "application/json;q=0, */* | 0",
                "application/json;profile=x | 0",
                "application/json;profile=x, */*;q=0.1 | 100",
                "application/jsonx, application/jso, application/ | 0",
                "*/json, *, **, */ | 0",
                "application/json;q=x | 0",
                "a/b;x=\",\";q=1, application/json | 1000",
                ", | 0"
            })
    void theMostSpecificRangeWeighsAType(String value, int weight) {
        RequestHead head = Heads.with("Accept: " + value + "\r\n");
        assertThat(Accept.weight(head, "application/json")).isEqualTo(weight);
    }

    @Test
    void everythingIsAcceptedWithoutAccept() {
        assertThat(Accept.weight(Heads.with(""), "application/json")).isEqualTo(1000);
    }

    @Test
    void aBrowserLikesHtmlMoreThanJsonAndCurlLikesThemTheSame() {
        RequestHead browser = Heads.with("Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n");
        assertThat(Accept.weight(browser, "text/html")).isEqualTo(1000);
        assertThat(Accept.weight(browser, "application/json")).isEqualTo(800);
        RequestHead curl = Heads.with("Accept: */*\r\n");
        assertThat(Accept.weight(curl, "text/html")).isEqualTo(1000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sha-256=1 | SHA_256",
                "sha-256=10, sha-512=3 | SHA_256",
                "sha-256=1, sha-512=3 | SHA_512",
                "sha-512=3,sha-256=3 | SHA_256",
                "sha-256=0, sha-512=1 | SHA_512",
                "md5=10, sha-512=1 | SHA_512",
                "unixsum=5,sha-256=1 | SHA_256",
                "sha-256=9, sha-256=0, sha-512=1 | SHA_512",
                "sha-256=0 | ",
                "sha-256=0, sha-512=0 | ",
                "md5=10 | ",
                "SHA-256=1 | ",
                "sha-256 | ",
                "sha-256=11 | ",
                "sha-256=-1 | ",
                "sha-256=1.0 | ",
                "sha-256=1, | ",
                "sha-256=1,, sha-512=1 | ",
                "sha-256=1 sha-512=1 | ",
                "sha-256 =1 | ",
                "sha-256= 1 | ",
                "sha-256=\"1\" | ",
                "=1 | ",
                "sha-256=1, =2 | ",
                "=2, sha-256=1 | ",
                "a=1, z=1, sha-256=1 | SHA_256",
                "1a=1, sha-256=1 | ",
                "sha-256=99999999999999999999 | ",
                "sha-256=1;a | "
            })
    void theDigestThatTheClientLikesBestIsChosen(String value, @Nullable DigestAlgorithm expected) {
        RequestHead head = Heads.with("Want-Repr-Digest: " + value + "\r\n");
        assertThat(WantDigest.best(head, Field.WANT_REPR_DIGEST)).isEqualTo(expected);
        assertThat(WantDigest.best(head, Field.WANT_CONTENT_DIGEST)).isNull();
    }

    @Test
    void dictionariesGoOverLines() {
        RequestHead head = Heads.with(
                "Want-Repr-Digest: sha-256=1\r\nWant-Repr-Digest: \tsha-512=2 , a=1\r\n");
        assertThat(WantDigest.best(head, Field.WANT_REPR_DIGEST))
                .isEqualTo(DigestAlgorithm.SHA_512);
        head = Heads.with("Want-Repr-Digest:\r\nWant-Repr-Digest: sha-256=1\r\n");
        assertThat(WantDigest.best(head, Field.WANT_REPR_DIGEST))
                .as("an empty line adds no member")
                .isEqualTo(DigestAlgorithm.SHA_256);
    }

    @ParameterizedTest
    @CsvSource({"br, .br, BR", "zstd, .zst, ZSTD", "gzip, .gz, GZIP", "identity, '', IDENTITY"})
    void aCodingHasANameInFieldsAndInFiles(String token, String suffix, ContentCoding coding) {
        assertThat(coding.token()).isEqualTo(token);
        assertThat(coding.suffix()).isEqualTo(suffix);
    }

    /** RFC 9110 section 9.2.1 and, for PATCH, RFC 5789. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void whatChangesNothingIsSafe(Method method) {
        assertThat(method.isSafe())
                .isEqualTo(Set.of("GET", "HEAD", "OPTIONS", "TRACE").contains(method.name()));
    }

    @Test
    void digestsHaveTheirNamesOfBothWorlds() {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            assertThat(algorithm.begin().getAlgorithm()).isEqualToIgnoringCase(algorithm.key());
        }
    }
}
