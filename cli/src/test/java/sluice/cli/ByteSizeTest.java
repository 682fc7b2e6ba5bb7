package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

/** Numbers of bytes as people write them, and what is none. */
final class ByteSizeTest {
    private final ByteSize size = new ByteSize();

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1500, 1500",
        "7B, 7",
        "64K, 65536",
        "64k, 65536",
        "64KB, 65536",
        "64KiB, 65536",
        "1M, 1048576",
        "1mib, 1048576",
        "10G, 10737418240",
        "10gb, 10737418240",
        "1T, 1099511627776",
        "1TiB, 1099511627776",
        "8388607T, 9223370937343148032",
        "999999999999999, 999999999999999"
    })
    void lettersArePowersOf1024(String text, long bytes) {
        assertThat(size.convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "K", "-1", "+1", "1.5M", "1 K", "1KK", "1bi", "0x10", "1E"})
    void whatIsNoSizeIsRefused(String text) {
        refuses(text);
    }

    private void refuses(String text) {
        assertThatThrownBy(() -> size.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + text + "' is not a size; write e.g. 1500, 64k or 10G");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8388608T", "999999999999999T", "1000000000000000"})
    void whatNoLongHoldsOrNobodyMeansIsNoSize(String text) {
        refuses(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0663", "\u0967", "\uff11K"})
    void digitsAreThoseOfAscii(String text) {
        refuses(text);
    }
}
