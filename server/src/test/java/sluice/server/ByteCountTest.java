package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteCountTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1, 1 B",
        "999, 999 B",
        "1000, 1.0 kB",
        "1049, 1.0 kB",
        "1050, 1.1 kB",
        "9949, 9.9 kB",
        "9950, 10 kB",
        "99499, 99 kB",
        "99500, 100 kB",
        "999499, 999 kB",
        "999500, 1.0 MB",
        "999999, 1.0 MB",
        "1500000, 1.5 MB",
        "999999999999, 1.0 TB",
        "9223372036854775807, 9.2 EB"
    })
    void roundsToTwoOrThreeDigits(long bytes, String text) {
        assertThat(ByteCount.rounded(bytes)).isEqualTo(text);
    }

    @Test
    void groupsTheDigitsOfExactNumbers() {
        assertThat(ByteCount.exact(0)).isEqualTo("0 bytes");
        assertThat(ByteCount.exact(1)).isEqualTo("1 byte");
        assertThat(ByteCount.exact(999)).isEqualTo("999 bytes");
        assertThat(ByteCount.exact(1_000)).isEqualTo("1,000 bytes");
        assertThat(ByteCount.exact(Long.MAX_VALUE)).isEqualTo("9,223,372,036,854,775,807 bytes");
    }
}
