package sluice.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Waits for what other threads bring about. */
public final class Await {
    /** What takes longer never happens. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long LOOK_AGAIN_NANOS = 5_000_000;

    private Await() {}

    public static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime() - deadline).as("gave up on: " + what).isNegative();
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /** Like the condition that it is equal, but tells the number if it never is. */
    public static void equal(String what, LongSupplier number, long expected) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (number.getAsLong() != expected && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        assertThat(number.getAsLong()).as(what).isEqualTo(expected);
    }
}
