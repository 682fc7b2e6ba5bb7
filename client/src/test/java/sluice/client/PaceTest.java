package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a transfer is kept at a rate. */
final class PaceTest {
    private static final long SECOND = 1_000_000_000;

    private long now = 5 * SECOND;
    private long waited;

    private Pace pace(long rate) {
        return new Pace(rate, () -> now, nanos -> {
            waited += nanos;
            now += nanos;
        });
    }

    @Test
    void eachPieceTakesTheTimeOfItsRate() {
        Pace pace = pace(1_000);
        pace.moved(500);
        assertThat(waited).isEqualTo(SECOND / 2);
        pace.moved(2_000);
        assertThat(waited).isEqualTo(SECOND / 2 * 5);
    }

    @Test
    void timeThatTheOtherSideTookIsNotWaitedForAgain() {
        Pace pace = pace(1_000);
        pace.moved(1_000);
        now += SECOND / 2;
        pace.moved(1_000);
        assertThat(waited).isEqualTo(SECOND / 2 * 3);
    }

    @Test
    void aLongPauseIsFollowedByNoBurst() {
        Pace pace = pace(1_000);
        pace.moved(1_000);
        now += 60 * SECOND;
        waited = 0;
        pace.moved(1_000);
        assertThat(waited).isEqualTo(SECOND);
    }

    @Test
    void withoutALimitNothingWaits() {
        pace(0).moved(1L << 60);
        assertThat(waited).isZero();
    }

    @Test
    void piecesAreSmallAtALowRate() {
        assertThat(pace(0).piece()).isEqualTo(1 << 20);
        assertThat(pace(800_000).piece()).isEqualTo(100_000);
        assertThat(pace(1).piece()).isEqualTo(4_096);
        assertThat(pace(Long.MAX_VALUE).piece()).isEqualTo(1 << 20);
    }
}
