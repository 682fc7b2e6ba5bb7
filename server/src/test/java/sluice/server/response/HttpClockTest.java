package sluice.server.response;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Date of a response is the system's, late by a tenth of a second at most. */
final class HttpClockTest {
    private static final long TENTH = 100_000_000;

    private long nanos = -5;
    private long millis = 1_700_000_000_999L;
    private final HttpClock clock = new HttpClock(() -> nanos, () -> millis);

    @Test
    void theFirstLookIsAtTheSystemsClock() {
        assertThat(clock.seconds()).isEqualTo(1_700_000_000);
    }

    /** A loop that was idle for long, and one that has much to do. */
    @ParameterizedTest
    @ValueSource(longs = {TENTH, 2 * TENTH, 100_000_000_000L, Long.MAX_VALUE / 2})
    void aTenthOfASecondLaterItIsLookedAtAgain(long later) {
        clock.seconds();
        nanos += later;
        millis += 1;
        assertThat(clock.seconds()).isEqualTo(1_700_000_001);
    }

    @Test
    void aLoopThatTurnsFastIsNeverLateByMoreThanATenthOfASecond() {
        clock.seconds();
        for (int turn = 0; turn < 1_000; turn++) {
            nanos += TENTH / 50;
            millis += 2;
            assertThat(clock.seconds()).isBetween((millis - 100) / 1_000, millis / 1_000);
        }
    }
}
