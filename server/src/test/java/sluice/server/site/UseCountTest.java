package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What is used is not told unused, and what is retired and unused is told so. */
final class UseCountTest {
    private static final int THREADS = 4;
    private static final int TRIES = 20_000;

    private final AtomicInteger told = new AtomicInteger();
    private final UseCount uses = new UseCount(told::incrementAndGet);

    @Test
    void nothingIsToldBeforeItIsRetired() {
        assertThat(uses.retain(1)).isTrue();
        uses.release(1);
        assertThat(told).hasValue(0);
    }

    @Test
    void withoutUsersItIsToldAtOnce() {
        uses.retire();
        assertThat(told).hasValue(1);
        assertThat(uses.retain(2)).isFalse();
    }

    @Test
    void theLastOfAllUsersEndsIt() {
        assertThat(uses.retain(0)).isTrue();
        assertThat(uses.retain(UseCount.COUNTERS + 1)).isTrue();
        uses.share(0);
        uses.retire();
        uses.release(0);
        uses.release(UseCount.COUNTERS + 1);
        assertThat(told).hasValue(0);
        uses.release(0);
        assertThat(told).hasValue(1);
    }

    @Test
    void aUseThatCameTooLateIsGivenBack() {
        assertThat(uses.retain(1)).isTrue();
        uses.retire();
        assertThat(uses.retain(1)).isFalse();
        uses.release(1);
        assertThat(told).hasValue(1);
    }

    /** A use that was granted sees it in use, whoever retires it meanwhile. */
    @RepeatedTest(20)
    void nobodyWhoUsesItFindsItUnused() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        UseCount shared = new UseCount(() -> ended.set(true));
        CyclicBarrier begin = new CyclicBarrier(THREADS + 1);
        List<Callable<Boolean>> hands = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int counter = i;
            hands.add(() -> {
                begin.await();
                boolean right = true;
                for (int tried = 0; tried < TRIES && shared.retain(counter); tried++) {
                    right &= !ended.get();
                    shared.release(counter);
                }
                return right;
            });
        }
        hands.add(() -> {
            begin.await();
            shared.retire();
            return true;
        });
        try (var threads = Executors.newFixedThreadPool(hands.size())) {
            for (var hand : threads.invokeAll(hands)) {
                assertThat(hand.get()).isTrue();
            }
        }
        assertThat(ended).isTrue();
    }
}
