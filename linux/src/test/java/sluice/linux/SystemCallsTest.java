package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

class SystemCallsTest {
    @BeforeEach
    void needsLinux() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
    }

    private static void call(int times) {
        for (int i = 0; i < times; i++) {
            ProcessCalls.getpid();
        }
    }

    private static long count(String thread) {
        return SystemCalls.byThread()
                .getOrDefault(thread, Map.of())
                .getOrDefault(SystemCall.GETPID, 0L);
    }

    private static long total() {
        return SystemCalls.total().getOrDefault(SystemCall.GETPID, 0L);
    }

    @Test
    void aThreadsCallsAreCountedUnderItsNameWhileItRuns() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().name("caller").start(() -> {
            call(7);
            called.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        called.await();

        assertThat(count("caller")).isEqualTo(7);
        assertThat(SystemCalls.byThread().get("caller")).containsOnlyKeys(SystemCall.GETPID);

        end.countDown();
        thread.join();
        assertThat(SystemCalls.byThread()).doesNotContainKey("caller");
    }

    @Test
    void whatAThreadHasCountedOutlivesIt() throws Exception {
        long before = total();
        long ended = count(SystemCalls.ENDED_THREADS);

        for (int i = 0; i < 1_000; i++) {
            Thread.ofPlatform().start(() -> call(1)).join();
        }

        assertThat(total() - before).isEqualTo(1_000);
        assertThat(count(SystemCalls.ENDED_THREADS) - ended).isEqualTo(1_000);
    }

    @Test
    void virtualThreadsAreCountedTogether() throws Exception {
        long before = count(SystemCalls.VIRTUAL_THREADS);
        List<Thread> threads = new ArrayList<>();

        for (int i = 0; i < 100; i++) {
            threads.add(Thread.ofVirtual().start(() -> call(10)));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(count(SystemCalls.VIRTUAL_THREADS) - before).isEqualTo(1_000);
    }

    @Test
    void aThreadKnowsHowManyCallsItHasMade() throws Exception {
        long[] made = new long[2];
        Runnable calls = () -> {
            made[0] = SystemCalls.ofThisThread();
            call(3);
            made[1] = SystemCalls.ofThisThread();
        };

        Thread.ofVirtual().start(calls).join();
        assertThat(made).containsExactly(0, 3);
        Thread.ofPlatform().start(calls).join();
        assertThat(made).containsExactly(0, 3);
    }
}
