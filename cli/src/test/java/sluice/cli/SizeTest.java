package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of bytes as people write them, and what is none. */
final class SizeTest {
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
        "2047M, 2146435072",
        "999999999, 999999999"
    })
    void lettersArePowersOf1024(String text, int bytes) {
        assertThat(Size.parse("--buffer", text)).isEqualTo(bytes);
    }

    /** Whoever takes it says what is too much for him. */
    @ParameterizedTest
    @ValueSource(strings = {"2048M", "999999999K", "999999999M"})
    void whatIsMoreThanAnIntHoldsIsTheMostThatItHolds(String text) {
        assertThat(Size.parse("--buffer", text)).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "K", "-1", "+1", "1.5M", "1 K", "1G", "1KK", "1bi", "0x10"})
    void whatIsNoSizeIsRefusedWithTheNameOfTheFlag(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Size.parse("--buffer", text))
                .withMessage("--buffer must be a size like 64K or 1M, not " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1234567890", "1234567890K"})
    void moreThanNineDigitsAreNoSizeThatAnybodyMeans(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Size.parse("--buffer", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0663", "\u0967", "\uff11K"})
    void digitsAreThoseOfAscii(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Size.parse("--buffer", text));
    }
}
