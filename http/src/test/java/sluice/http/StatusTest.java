package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

final class StatusTest {
    @Test
    void everyStatusHasALineAndTheKnownOnesAReason() {
        for (int status = 100; status <= 599; status++) {
            assertThat(new String(Status.line(status), ISO_8859_1))
                    .startsWith("HTTP/1.1 " + status + " ")
                    .endsWith("\r\n");
        }
        assertThat(Status.reason(Status.CONTENT_TOO_LARGE)).isEqualTo("Content Too Large");
        assertThat(Status.reason(299)).isEmpty();
    }

    /** RFC 9110 section 6.4.1. */
    @Test
    void someStatusesHaveNoContentAtAll() {
        assertThat(IntStream.rangeClosed(100, 599).filter(status -> !Status.hasContent(status)))
                .containsExactlyElementsOf(
                        IntStream.concat(IntStream.range(100, 200), IntStream.of(204, 304))
                                .boxed()
                                .toList());
    }
}
