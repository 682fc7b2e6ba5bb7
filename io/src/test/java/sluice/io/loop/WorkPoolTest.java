package sluice.io.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.Work;
import sluice.io.testing.Await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Much work of one kind leaves workers to the others, and waits without a thread. */
class WorkPoolTest {
    private static final int WORKERS = 8;
    private static final int FLOOD = 1_000;

    private final WorkPool pool = new WorkPool("test-worker", WORKERS);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void end() throws InterruptedException {
        release.countDown();
        pool.close();
        assertThat(pool.awaitEnd(10)).isTrue();
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @EnumSource(Work.class)
    void eachKindHasItsShareAndNoMore(Work kind) {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < FLOOD; i++) {
            pool.execute(kind, () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                awaitRelease();
                running.decrementAndGet();
                done.incrementAndGet();
            });
        }
        int share = Math.min(FLOOD, kind.share(WORKERS));
        Await.until("all of the share to run", () -> running.get() == share);
        release.countDown();
        Await.until("all to be done", () -> done.get() == FLOOD);
        assertThat(most).hasValue(share);
    }

    @Test
    void quickWorkIsDoneWhileAllOtherKindsAreFlooded() throws InterruptedException {
        for (int i = 0; i < FLOOD; i++) {
            pool.execute(Work.LONG, this::awaitRelease);
            pool.execute(Work.WRITE, this::awaitRelease);
        }
        CountDownLatch quick = new CountDownLatch(FLOOD);
        for (int i = 0; i < FLOOD; i++) {
            pool.execute(Work.QUICK, quick::countDown);
        }
        quick.await();
    }

    @Test
    void tasksOfOneKindStartInTheirOrder() {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        WorkPool one = new WorkPool("test-single", 1);
        for (int i = 0; i < FLOOD; i++) {
            int number = i;
            one.execute(Work.LONG, () -> order.add(number));
        }
        Await.until("all to be done", () -> order.size() == FLOOD);
        one.close();
        assertThat(order).isSorted();
    }

    @Test
    void aTaskThatFailsEndsNothing() {
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 3 * WORKERS; i++) {
            pool.execute(Work.LONG, () -> {
                done.incrementAndGet();
                throw new AssertionError("as the test wants");
            });
        }
        Await.until("all to be done", () -> done.get() == 3 * WORKERS);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 8, 64})
    void whatTakesLongLeavesAQuarterToQuickWork(int workers) {
        int rest = workers - Work.WRITE.share(workers) - Work.LONG.share(workers);
        assertThat(rest).isGreaterThanOrEqualTo(workers / 4);
    }
}
