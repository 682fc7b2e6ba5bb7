package sluice.beside;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import sluice.server.Asked;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Who may change nothing of a link: neither the file, nor the time, nor the signature. */
class SignedLinksTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final URI SERVER = URI.create("http://files.example/");

    private final SignedLinks links = new SignedLinks(new byte[32], InstantSource.fixed(NOW));

    private static Asked asked(URI link) {
        return new Asked("GET", link.getPath(), link.getRawQuery(), null, null);
    }

    @Test
    void aLinkHoldsForItsTimeAndItsFile() {
        URI link = links.link(SERVER, "/a file?.txt", Duration.ofSeconds(10));

        assertThat(link.toString()).startsWith("http://files.example/a%20file%3F.txt?until=");
        assertThat(links.permits(asked(link))).isTrue();
        for (URI wrong : new URI[] {
            URI.create(link.toString().replace("file", "fila")),
            URI.create(link.toString().replaceFirst("until=\\d", "until=9")),
            URI.create(link.toString().replaceFirst("by=..", "by=00")),
            URI.create(link + "&until=99999999999"),
            SERVER
        }) {
            assertThat(links.permits(asked(wrong))).as(wrong.toString()).isFalse();
        }
    }

    @Test
    void aLinkEndsAndAnotherKeyMakesOthers() {
        URI link = links.link(SERVER, "/a", Duration.ofSeconds(10));

        InstantSource later = InstantSource.fixed(NOW.plusSeconds(10));
        assertThat(new SignedLinks(new byte[32], later).permits(asked(link))).isFalse();
        SignedLinks other =
                new SignedLinks("0".repeat(32).getBytes(US_ASCII), InstantSource.fixed(NOW));
        assertThat(other.permits(asked(link))).isFalse();
    }
}
