package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;
import java.util.stream.Collectors;

/** Repr-Digest and Content-Digest, dictionaries of byte sequences (RFC 9530, RFC 9651). */
final class PromisedDigestsTest {
    private static String found(Map<DigestAlgorithm, byte[]> digests) {
        return digests.entrySet().stream()
                .map(entry -> PromisedDigests.value(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "sha-256=:AAAA: | sha-256=:AAAA:",
                "sha-512=:AAAA:, sha-256=:BBBB: | sha-256=:BBBB: sha-512=:AAAA:",
                "sha-512=:AAAA: \t,\tmd5=:BBBB: | sha-512=:AAAA:",
                "sha-256=:AAAA:, sha-256=:BBBB: | sha-256=:BBBB:",
                "sha-256=:AAA=: | sha-256=:AAA=:",
                "sha-256=:AAA: | sha-256=:AAA=:",
                "sha-256=:: | sha-256=::",
                "sha-256=:AAAA:;a=1; b | sha-256=:AAAA:",
                "sha=:AAAA:, unixsum=:AA==: | ~~",
                "SHA-256=:AAAA: | ~~",
                "sha-256=AAAA | ~~",
                "sha-256=\"AAAA\" | ~~",
                "sha-256 | ~~",
                "sha-256=:AAAA:, sha-512 | ~~",
                "sha-256=:AAAA:, | ~~",
                "sha-256=:AAAA:,, sha-512=:AAAA: | ~~",
                "sha-256=:AAAA: sha-512=:AAAA: | ~~",
                "sha-256=:A: | ~~",
                "sha-512=:AAAA:, sha-256=:A: | ~~",
                "sha-256=:A-_A: | ~~",
                "sha-256=:AAAA | ~~",
                "sha-256= :AAAA: | ~~",
                "1=:AAAA:, sha-256=:AAAA: | ~~"
            })
    void aFieldHasTheDigestsThatWeKnowAndAMalformedOneNone(String value, String expected) {
        RequestHead head = Heads.with("Repr-Digest: " + value + "\r\n");
        assertThat(found(PromisedDigests.of(head, Field.REPR_DIGEST))).isEqualTo(expected);
        assertThat(found(PromisedDigests.of(value))).isEqualTo(expected);
        assertThat(PromisedDigests.of(head, Field.CONTENT_DIGEST)).isEmpty();
    }

    @Test
    void theFirstLineOfAHeadCounts() {
        RequestHead head =
                Heads.head("PUT / HTTP/1.1\r\nRepr-Digest: sha-256=:AAAA:\r\nHost: a\r\n\r\n");
        assertThat(found(PromisedDigests.of(head, Field.REPR_DIGEST))).isEqualTo("sha-256=:AAAA:");
    }

    @Test
    void theLinesOfAFieldAreOneDictionary() {
        RequestHead head =
                Heads.with("Content-Digest: sha-256=:AAAA:\r\nContent-Digest: sha-512=:BBBB:\r\n");
        assertThat(found(PromisedDigests.of(head, Field.CONTENT_DIGEST)))
                .isEqualTo("sha-256=:AAAA: sha-512=:BBBB:");
    }
}
