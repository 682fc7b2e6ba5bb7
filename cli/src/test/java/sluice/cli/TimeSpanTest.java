package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

/** Durations as people write them, and what is none. */
final class TimeSpanTest {
    private final TimeSpan span = new TimeSpan();

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0s, 0",
        "1ms, 1",
        "500ms, 500",
        "1s, 1000",
        "2m, 120000",
        "24h, 86400000",
        "365d, 31536000000",
        "999999999h, 3599999996400000"
    })
    void aNumberHasAUnit(String text, long millis) {
        assertThat(span.convert(text)).hasMillis(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1", "s", "-1s", "+1s", "1.5s", "1 s", "1S", "1w", "PT1S"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> span.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }
}
