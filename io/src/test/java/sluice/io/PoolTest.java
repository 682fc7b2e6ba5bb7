package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

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
