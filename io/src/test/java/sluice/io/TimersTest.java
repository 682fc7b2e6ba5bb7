package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.testing.Logs;
import sluice.io.testing.Watched;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A clock of the test's own; a plain list of deadlines is the model. */
@ExtendWith(Watched.class)
class TimersTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    /** What "one tick" of the wheel is. */
    private static final long TICK = 1 << 25;

    private static final int STEPS = 20_000;

    private final List<String> ran = new ArrayList<>();

    private Timer timer(String name) {
        return new Timer(() -> ran.add(name));
    }

    @Test
    void aTimerRunsOnceItsTimeHasComeAndNotBefore() {
        Timers timers = new Timers(0);
        timers.schedule(timer("a"), SECOND);
        timers.expire(SECOND - 1);
        assertThat(ran).isEmpty();
        assertThat(timers.expire(SECOND + TICK)).isEqualTo(1);
        assertThat(timers.expire(10 * SECOND)).isZero();
        assertThat(ran).containsExactly("a");
        assertThat(timers.size()).isZero();
        assertThat(timers.next()).isEqualTo(Timers.NEVER);
    }

    @Test
    void theNextTurnIsWhenATimerIsDueAndNotEarlier() {
        for (long now : new long[] {0, 150 * TICK, -200 * TICK}) {
            Timers timers = new Timers(now);
            timers.schedule(timer("a whole turn of the wheel"), now + 511 * TICK);
            assertThat(timers.next()).isEqualTo(now + 512 * TICK);
            timers.schedule(timer("b"), now + SECOND);
            assertThat(timers.next()).isBetween(now + SECOND, now + SECOND + TICK);
        }
    }

    @Test
    void aWaitIsRoundedUpToMilliseconds() {
        assertThat(Timers.millis(Timers.NEVER)).isEqualTo(-1);
        assertThat(Timers.millis(0)).isZero();
        assertThat(Timers.millis(1)).isEqualTo(1);
        assertThat(Timers.millis(MILLI)).isEqualTo(1);
        assertThat(Timers.millis(MILLI + 1)).isEqualTo(2);
        assertThat(Timers.millis(MILLI * Integer.MAX_VALUE + 1)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void schedulingAgainMovesATimer() {
        Timers timers = new Timers(0);
        Timer timer = timer("a");
        timers.schedule(timer, SECOND);
        timers.schedule(timer, 3 * SECOND);
        assertThat(timers.size()).isEqualTo(1);
        timers.expire(2 * SECOND);
        assertThat(ran).isEmpty();
        timers.expire(4 * SECOND);
        assertThat(ran).containsExactly("a");
    }

    @Test
    void aDeadlineSeveralTurnsOfTheWheelAwayIsKept() {
        Timers timers = new Timers(0);
        timers.schedule(timer("a"), 3600 * SECOND);
        for (long now = 0; now < 3600 * SECOND; now += SECOND) {
            timers.expire(now);
        }
        assertThat(ran).isEmpty();
        timers.expire(3601 * SECOND);
        assertThat(ran).containsExactly("a");
    }

    /** A machine that was suspended looks at every slot of the wheel. */
    @Test
    void afterALongPauseATimerThatIsDueAtThisNanosecondRunsAndALaterOneDoesNot() {
        Timers timers = new Timers(0);
        timers.schedule(timer("now"), 600 * TICK);
        timers.schedule(timer("later"), 600 * TICK + 1);
        timers.expire(600 * TICK);
        assertThat(ran).containsExactly("now");
    }

    @Test
    void aTimerCancelledByOneThatRunsWithItDoesNotRun() {
        Timers timers = new Timers(0);
        Timer second = timer("second");
        Timer first = new Timer(() -> timers.cancel(second));
        // What is scheduled last comes first among those of one slot.
        timers.schedule(second, SECOND);
        timers.schedule(first, SECOND);
        timers.expire(2 * SECOND);
        assertThat(ran).isEmpty();
        assertThat(timers.size()).isZero();
    }

    @Test
    void aTimerThatSchedulesItselfForNowDoesNotRunForEver() {
        Timers timers = new Timers(0);
        long[] now = {0};
        Timer[] self = new Timer[1];
        self[0] = new Timer(() -> {
            ran.add("again");
            timers.schedule(self[0], now[0]);
        });
        timers.schedule(self[0], 0);
        for (now[0] = SECOND; now[0] <= 100 * SECOND; now[0] += 33 * SECOND) {
            timers.expire(now[0]);
        }
        assertThat(ran).hasSize(4);
        assertThat(timers.next()).isLessThanOrEqualTo(100 * SECOND + TICK);
    }

    @Test
    void anActionThatFailsIsLoggedAndOthersRun() {
        Timers timers = new Timers(0);
        timers.schedule(timer("a"), SECOND);
        timers.schedule(
                new Timer(() -> {
                    throw new IllegalStateException("timer failed");
                }),
                SECOND);
        timers.schedule(timer("b"), SECOND);
        timers.expire(2 * SECOND);
        assertThat(ran).containsExactlyInAnyOrder("a", "b");
        assertThat(Logs.take()).singleElement().asString().contains("timer failed");
    }

    /**
     * At most a tick after its deadline, or after it was scheduled if that came later. A negative
     * clock is as good as any (System.nanoTime).
     */
    @ParameterizedTest
    @ValueSource(longs = {0, -5 * SECOND, -1_000_000 * SECOND, Long.MAX_VALUE / 4})
    void thousandsOfRandomTimersRunOnTimeAndOnlyOnce(long start) {
        Random random = new Random(start);
        Timers timers = new Timers(start);
        Map<Timer, Long> model = new HashMap<>();
        List<Timer> fired = new ArrayList<>();
        List<Timer> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            int index = i;
            all.add(new Timer(() -> fired.add(all.get(index))));
        }
        long now = start;
        for (int i = 0; i < STEPS; i++) {
            Timer timer = all.get(random.nextInt(all.size()));
            if (random.nextInt(4) == 0) {
                timers.cancel(timer);
                model.remove(timer);
            } else {
                long deadline = now + random.nextLong(1L << random.nextInt(10, 40)) - 10 * MILLI;
                timers.schedule(timer, deadline);
                model.put(timer, Math.max(deadline, now));
            }
            if (random.nextInt(3) == 0) {
                now = advance(random, timers, now);
                fired.clear();
                timers.expire(now);
                checkFired(fired, model, now);
            }
            assertThat(timers.size()).isEqualTo(model.size());
            checkNext(timers, model);
        }
    }

    /** As a loop does, to the next time that it is woken for; or as a suspended machine does. */
    private static long advance(Random random, Timers timers, long now) {
        long next = timers.next();
        return switch (random.nextInt(10)) {
            case 0 -> now + random.nextLong(100 * SECOND);
            case 1, 2, 3 -> now + random.nextLong(50 * MILLI);
            default -> next == Timers.NEVER ? now : Math.max(now, next);
        };
    }

    private static void checkFired(List<Timer> fired, Map<Timer, Long> model, long now) {
        for (Timer timer : fired) {
            Long deadline = model.remove(timer);
            assertThat(deadline).as("scheduled").isNotNull().isLessThanOrEqualTo(now);
        }
        for (long deadline : model.values()) {
            assertThat(deadline).as("not run, at %d", now).isGreaterThan(now - TICK);
        }
    }

    private static void checkNext(Timers timers, Map<Timer, Long> model) {
        long nearest = Timers.NEVER;
        for (long deadline : model.values()) {
            nearest = Math.min(nearest, deadline);
        }
        if (nearest == Timers.NEVER) {
            assertThat(timers.next()).isEqualTo(Timers.NEVER);
        } else {
            assertThat(timers.next()).isNotEqualTo(Timers.NEVER);
            assertThat(timers.next() - nearest).as("lateness").isLessThanOrEqualTo(TICK);
        }
    }
}
