package sluice.server.response;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import sluice.io.CopyMode;

/** What the field Server-Timing says, in the syntax of the W3C. */
class TimingLineTest {
    @Test
    void aLookupHasItsDurationInMilliseconds() {
        byte[] line = TimingLine.of(new TimingLine.Lookup(1_234_567, true), CopyMode.SENDFILE);

        assertThat(new String(line, US_ASCII))
                .isEqualTo("Server-Timing: lookup;dur=1.235;desc=\"by a worker\","
                        + " copy;desc=\"sendfile\"\r\n");
    }

    @Test
    void whatWasNotLookedUpHasNoDuration() {
        assertThat(new String(TimingLine.of(null, null), US_ASCII))
                .isEqualTo("Server-Timing: copy;desc=\"memory\"\r\n");
    }
}
