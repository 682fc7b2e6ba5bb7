package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;

/** What becomes of ENOMEM while the kernel has not freed the rings that were closed. */
final class FreedLateTest {
    private static final int RING = 7;

    private final FreedLate late = new FreedLate();
    private final AtomicInteger calls = new AtomicInteger();

    private int noMemory() {
        calls.incrementAndGet();
        return -Errno.ENOMEM;
    }

    @Test
    void aRingIsMadeWhenTheMemoryOfOthersHasBeenFreed() {
        int ring = late.retry(() -> calls.incrementAndGet() < 4 ? -Errno.ENOMEM : RING);
        assertThat(ring).isEqualTo(RING);
        assertThat(calls).hasValue(4);
    }

    @Test
    void onlyTheFirstOfSomeRingsWaitsForMemoryThatIsNotThere() {
        long begin = System.nanoTime();
        assertThat(late.retry(this::noMemory)).isEqualTo(-Errno.ENOMEM);
        assertThat(System.nanoTime() - begin).isGreaterThan(FreedLate.FREED_WITHIN.toNanos());
        assertThat(calls).hasValueGreaterThan(1);

        calls.set(0);
        assertThat(late.retry(this::noMemory)).isEqualTo(-Errno.ENOMEM);
        assertThat(calls).hasValue(1);
    }

    @Test
    void anotherErrorIsTold() {
        assertThat(late.retry(() -> -Errno.EPERM)).isEqualTo(-Errno.EPERM);
    }
}
