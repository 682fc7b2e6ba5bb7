package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.io.testing.ManualLoop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A peer that takes its response slowly, on a clock of the test. */
final class SendRateTest {
    private static final Duration STALL = Duration.ofSeconds(60);
    private static final long WINDOW = STALL.toNanos();
    /** What a peer must take in a window. */
    private static final long LEAST = 60L * Limits.SEND_RATE_MIN;

    private static final long MEGABYTE = 1 << 20;

    private final ManualLoop loop = new ManualLoop(
            () -> {
                throw new AssertionError("no connection opens");
            },
            1);
    private final SendRate rate = new SendRate(loop, STALL);
    private long now = TimeUnit.DAYS.toNanos(1);

    private boolean windowEnds() {
        now += WINDOW;
        return rate.goesOn(now);
    }

    private void begin() {
        assertThat(rate.deadline(now)).isEqualTo(now + WINDOW);
    }

    @Test
    void whoTakesItsShareGoesOnWindowByWindow() {
        begin();
        for (int i = 0; i < 5; i++) {
            rate.accepted(LEAST);
            assertThat(windowEnds()).isTrue();
            assertThat(rate.deadline(now)).isEqualTo(now + WINDOW);
        }
    }

    @Test
    void whoTakesOneByteLessDoesNot() {
        begin();
        rate.accepted(LEAST);
        assertThat(windowEnds()).isTrue();
        rate.accepted(LEAST - 1);
        assertThat(windowEnds()).isFalse();
    }

    /** The kernel takes a megabyte at once, and the peer nothing of it. */
    @Test
    void whatTheKernelKeepsThePeerHasNotTaken() {
        begin();
        rate.accepted(MEGABYTE);
        loop.unacknowledged = MEGABYTE;
        assertThat(windowEnds()).isTrue();
        assertThat(windowEnds()).isFalse();
    }

    /** The kernel has room for more only when the peer has taken a third of what it keeps. */
    @Test
    void whoTakesOfWhatTheKernelKeepsGoesOnWithoutASend() {
        begin();
        rate.accepted(MEGABYTE);
        loop.unacknowledged = MEGABYTE;
        assertThat(windowEnds()).isTrue();
        loop.unacknowledged -= LEAST;
        assertThat(windowEnds()).isTrue();
        loop.unacknowledged -= LEAST - 1;
        assertThat(windowEnds()).isFalse();
    }

    /** A loop of java.nio channels does not know. */
    @Test
    void whereTheKernelDoesNotTellWhatItHasAcceptedCounts() {
        loop.unacknowledged = -1;
        begin();
        rate.accepted(LEAST);
        assertThat(windowEnds()).isTrue();
        rate.accepted(LEAST);
        assertThat(windowEnds()).isTrue();
        assertThat(windowEnds()).isFalse();
    }

    @Test
    void betweenTwoResponsesNoWindowRuns() {
        begin();
        rate.accepted(LEAST);
        rate.stop();
        now += WINDOW / 2;
        begin();
        assertThat(rate.deadline(now + 1)).isEqualTo(now + WINDOW);
    }
}
