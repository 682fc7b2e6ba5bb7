package sluice.io.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import sluice.io.Counter;
import sluice.io.testing.Pair;
import sluice.io.testing.Watched;
import sluice.linux.SignalCalls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Readiness by signals, on a thread that blocks them and ends with the test. */
@ExtendWith(Watched.class)
class SignalPollerTest {
    private interface Body {
        void run(PollerRig rig) throws Exception;
    }

    private static void onItsOwnThread(Body body) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try (PollerRig rig = new PollerRig(SignalPoller::new)) {
                body.run(rig);
                done.complete(null);
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        done.join();
    }

    /** As a loop would: each tries once and finds nothing. */
    private static void drain(PollerRig rig) {
        for (Registration registration : rig.look()) {
            registration.drained(Poller.READ | Poller.WRITE);
        }
    }

    @Test
    void whatCameBeforeItWasArmedIsFoundByTrying() {
        onItsOwnThread(rig -> {
            try (Pair pair = new Pair()) {
                pair.send();
                Registration registration = rig.watch(pair);
                assertThat(rig.look()).containsExactly(registration);
            }
        });
    }

    @Test
    void aSignalTellsWhoHasBytes() {
        onItsOwnThread(rig -> {
            try (Pair quiet = new Pair();
                    Pair busy = new Pair()) {
                rig.watch(quiet);
                Registration registration = rig.watch(busy);
                drain(rig);
                assertThat(rig.look()).isEmpty();
                busy.send();
                assertThat(rig.await()).containsExactly(registration);
            }
        });
    }

    @Test
    void aSignalForADescriptorThatHasGoneIsNobodys() {
        onItsOwnThread(rig -> {
            try (Pair pair = new Pair()) {
                Registration registration = rig.watch(pair);
                drain(rig);
                pair.send();
                rig.poller.remove(registration);
                assertThat(rig.look()).isEmpty();
            }
        });
    }

    /** The JVM unblocks them when the thread ends: this process would. */
    @Test
    void signalsThatNobodyTookEndWithTheThreadAndNotTheProcess() {
        onItsOwnThread(rig -> {
            try (Pair pair = new Pair()) {
                rig.watch(pair);
                pair.send();
            }
            rig.poller.wake();
        });
    }

    @Test
    void aWakeUpEndsTheWait() {
        onItsOwnThread(rig -> {
            rig.poller.wake();
            assertThat(rig.await()).isEmpty();
        });
    }

    @Test
    void whenTheQueueIsFullEverySocketIsAskedAndNothingIsLost() {
        onItsOwnThread(rig -> {
            List<Pair> pairs = new ArrayList<>();
            List<Registration> registrations = new ArrayList<>();
            try {
                for (int i = 0; i < 200; i++) {
                    Pair pair = new Pair();
                    pairs.add(pair);
                    registrations.add(rig.watch(pair));
                }
                drain(rig);
                String before = queueLimit("0");
                pairs.forEach(Pair::send);
                queueLimit(before);
                assertThat(rig.await()).containsExactlyInAnyOrderElementsOf(registrations);
                assertThat(rig.counters.get(Counter.SIGNALS_LOST)).isEqualTo(1);
            } finally {
                pairs.forEach(Pair::close);
            }
        });
    }

    /** Sets the soft limit of this process's signal queue; what it was before. */
    private static String queueLimit(String soft) throws Exception {
        String pid = String.valueOf(ProcessHandle.current().pid());
        String before =
                prlimit("--sigpending", "--pid", pid, "--noheadings", "--raw", "--output=SOFT");
        prlimit("--sigpending=" + soft + ":", "--pid", pid);
        return before;
    }

    private static String prlimit(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("prlimit"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).start();
            String output = new String(process.getInputStream().readAllBytes(), US_ASCII).strip();
            assertThat(process.waitFor()).isZero();
            return output;
        } catch (IOException e) {
            assumeTrue(false, "prlimit(1) is not here: " + e.getMessage());
            return "";
        }
    }

    /** Not ignored it would end this process; a tid that is free again may be anybody's. */
    @Test
    void aSignalThatGoesAstrayEndsNothing() {
        int stranger = SignalCalls.gettid();
        onItsOwnThread(rig -> {
            assertThat(SignalCalls.send(stranger, SignalPoller.SIGNAL)).isZero();
            assertThat(SignalCalls.send(stranger, SignalCalls.SIGIO)).isZero();
        });
    }
}
