package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;

/** How long is waited, and when it is enough. */
final class RetriesTest {
    private final Recorder recorder = new Recorder();
    private final Retries retries = new Retries(recorder, recorder);

    private void fail(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            retries.again("broken", -1);
        }
    }

    @Test
    void pausesDoubleUpToABoundAndThenItIsGivenUp() throws Exception {
        fail(Retries.MOST);
        assertThat(recorder.pauses.stream().mapToLong(Duration::toMillis))
                .containsExactly(250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 10_000L, 10_000L);
        assertThatThrownBy(() -> fail(1))
                .isInstanceOf(IOException.class)
                .hasMessage("gave up after 8 retries: broken");
    }

    @Test
    void aServerMayAskForAMinuteAndNotForMore() throws Exception {
        retries.again("busy", 60);
        retries.again("busy", 1);
        retries.again("busy", 0);
        assertThat(recorder.pauses)
                .as("a server that asks for no time gets ours")
                .containsExactly(
                        Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofMillis(1_000));
        assertThat(recorder.notes)
                .startsWith("busy; retrying in 60.0 s", "busy; retrying in 1.0 s");
        assertThatThrownBy(() -> retries.again("busy", 61))
                .isInstanceOf(IOException.class)
                .hasMessage("busy; the server asks to retry after 61 s, try again then");
    }

    @Test
    void gettingFurtherThanEverBeginsTheCountAnewAndGettingAsFarDoesNot() throws Exception {
        fail(Retries.MOST);
        retries.reached(Retries.PROGRESS_MIN);
        fail(Retries.MOST);
        retries.reached(Retries.PROGRESS_MIN);
        assertThatThrownBy(() -> fail(1)).hasMessageContaining("gave up");
    }

    @Test
    void aFewOctetsFromEachConnectionAreNoProgressUntilTheyAddUp() throws Exception {
        fail(Retries.MOST - 1);
        retries.reached(Retries.PROGRESS_MIN - 1);
        fail(1);
        retries.reached(Retries.PROGRESS_MIN);
        fail(Retries.MOST);
        retries.reached(Retries.PROGRESS_MIN + 10);
        assertThatThrownBy(() -> fail(1)).hasMessageContaining("gave up");
    }
}
