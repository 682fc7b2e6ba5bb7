package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

class PoolTest {
    private final AtomicInteger made = new AtomicInteger();

    @Test
    void neverMoreThanTheLimitAreMade() {
        Pool<Integer> pool = new Pool<>(2, made::incrementAndGet);
        assertThat(pool.take()).isEqualTo(1);
        assertThat(pool.take()).isEqualTo(2);
        assertThat(pool.take()).isNull();
        assertThat(pool.inUse()).isEqualTo(2);
        pool.give(1);
        assertThat(pool.take()).isEqualTo(1);
        assertThat(made).hasValue(2);
    }

    @Test
    void theLastOneGivenBackIsTakenFirst() {
        Pool<Integer> pool = new Pool<>(3, made::incrementAndGet);
        pool.take();
        pool.take();
        pool.give(1);
        pool.give(2);
        assertThat(pool.take()).isEqualTo(2);
        assertThat(pool.inUse()).isEqualTo(1);
    }

    @Test
    void aSharedOneIsForAnyThread() throws Exception {
        Pool<Integer> pool = Pool.shared(2, made::incrementAndGet);
        assertThat(pool.take()).isEqualTo(1);
        assertThat(elsewhere(pool::take)).isEqualTo(2);
        assertThat(elsewhere(pool::take)).isNull();
        assertThat(pool.inUse()).isEqualTo(2);
        pool.give(1);
        assertThat(elsewhere(pool::inUse)).isOne();
        assertThat(pool.take()).isEqualTo(1);
        assertThat(elsewhere(pool::inUse)).isEqualTo(2);
    }

    @Test
    void aSharedOneThatCouldNotMakeOneIsNotLockedForOthers() throws Exception {
        Pool<Integer> pool = Pool.shared(1, () -> {
            if (made.incrementAndGet() == 1) {
                throw new OutOfMemoryError("as the test asked for");
            }
            return made.get();
        });
        assertThatThrownBy(pool::take).isInstanceOf(OutOfMemoryError.class);
        assertThat(elsewhere(pool::take)).isEqualTo(2);
    }

    private static <T> @Nullable T elsewhere(Callable<@Nullable T> call) throws Exception {
        FutureTask<@Nullable T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().start(task);
        return task.get(10, TimeUnit.SECONDS);
    }

    @Test
    void oneThatCannotBeMadeIsNotCounted() {
        Pool<Integer> pool = new Pool<>(1, () -> {
            if (made.incrementAndGet() == 1) {
                throw new OutOfMemoryError("as the test asked for");
            }
            return made.get();
        });
        assertThatThrownBy(pool::take).isInstanceOf(OutOfMemoryError.class);
        assertThat(pool.inUse()).isZero();
        assertThat(pool.take()).isEqualTo(2);
    }
}
