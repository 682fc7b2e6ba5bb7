package sluice.io.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import sluice.io.testing.Logs;
import sluice.io.testing.Watched;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

@ExtendWith(Watched.class)
class MailboxTest {
    private static final int PRODUCERS = 4;
    private static final int TASKS = 50_000;

    private final AtomicInteger wakes = new AtomicInteger();
    private final List<String> ran = new ArrayList<>();
    private final Mailbox mailbox = new Mailbox(Thread.currentThread(), wakes::incrementAndGet);

    private void fromAnotherThread(Runnable action) {
        Thread thread = Thread.ofPlatform().start(action);
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aHundredTasksCostOneWake() {
        fromAnotherThread(() -> {
            for (int i = 0; i < 100; i++) {
                mailbox.offer(() -> ran.add("task"));
            }
        });
        assertThat(wakes).hasValue(1);
        mailbox.run(Integer.MAX_VALUE);
        assertThat(ran).hasSize(100);
        fromAnotherThread(() -> mailbox.offer(() -> ran.add("task")));
        assertThat(wakes).hasValue(2);
    }

    @Test
    void theOwnerIsNotWokenByItself() {
        assertThat(mailbox.offer(() -> ran.add("own"))).isTrue();
        assertThat(wakes).hasValue(0);
        assertThat(mailbox.isEmpty()).isFalse();
        mailbox.run(1);
        assertThat(ran).containsExactly("own");
        assertThat(mailbox.isEmpty()).isTrue();
    }

    @Test
    void tasksThatPostTasksLeaveTimeForOthers() {
        Runnable[] self = new Runnable[1];
        self[0] = () -> {
            ran.add("again");
            mailbox.offer(self[0]);
        };
        mailbox.offer(self[0]);
        mailbox.run(10);
        assertThat(ran).hasSize(10);
        assertThat(mailbox.isEmpty()).isFalse();
    }

    @Test
    void aTaskThatFailsStopsNoOther() {
        mailbox.offer(() -> {
            throw new IllegalStateException("task failed");
        });
        mailbox.offer(() -> ran.add("next"));
        mailbox.run(10);
        assertThat(ran).containsExactly("next");
        assertThat(Logs.take()).singleElement().asString().contains("task failed");
    }

    @Test
    void afterTheEndTasksAreRefused() {
        mailbox.offer(() -> ran.add("last"));
        mailbox.close();
        assertThat(mailbox.offer(() -> ran.add("too late"))).isFalse();
        mailbox.run(10);
        assertThat(ran).containsExactly("last");
    }

    @Test
    void everyTaskIsRunOnceOrRefusedAndNoWakeIsLost() throws Exception {
        Semaphore bell = new Semaphore(0);
        AtomicInteger run = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(PRODUCERS);
        Mailbox[] box = new Mailbox[1];
        Thread owner = Thread.ofPlatform().unstarted(() -> {
            while (left.get() > 0) {
                bell.acquireUninterruptibly();
                box[0].run(100);
                if (!box[0].isEmpty()) {
                    bell.release();
                }
            }
            box[0].close();
        });
        box[0] = new Mailbox(owner, bell::release);
        owner.start();
        List<Thread> producers = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            producers.add(Thread.ofPlatform().start(() -> {
                for (int j = 0; j < TASKS; j++) {
                    if (box[0].offer(run::incrementAndGet)) {
                        taken.incrementAndGet();
                    }
                }
                left.decrementAndGet();
                box[0].offer(() -> {});
            }));
        }
        for (Thread producer : producers) {
            producer.join();
        }
        owner.join();
        assertThat(taken.get()).isGreaterThanOrEqualTo((PRODUCERS - 1) * TASKS);
        assertThat(run.get()).isEqualTo(taken.get());
    }
}
