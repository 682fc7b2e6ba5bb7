package sluice.io.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class CompletionsTest {
    private final Completions completions = new Completions();
    private final List<String> said = new ArrayList<>();

    @Test
    void whatHasEndedIsReportedInOrderAndWhatThatBringsAboutToo() {
        completions.add(
                () -> {
                    said.add("first");
                    completions.add(() -> said.add("brought about"), false);
                },
                false);
        completions.add(() -> said.add("second"), false);
        completions.runFinished();
        assertThat(said).containsExactly("first", "second", "brought about");
        assertThat(completions.isEmpty()).isTrue();
    }

    @Test
    void whoHasUsedItsQuantumGoesOnInTheNextTurn() {
        completions.add(() -> said.add("deferred"), true);
        completions.run();
        assertThat(said).isEmpty();
        assertThat(completions.isEmpty()).isFalse();
        completions.run();
        assertThat(said).containsExactly("deferred");
    }

    @Test
    void whoUsesItsQuantumAgainWaitsForTheTurnAfterThat() {
        completions.add(
                () -> {
                    said.add("once");
                    completions.add(() -> said.add("twice"), true);
                },
                true);
        completions.run();
        completions.run();
        assertThat(said).containsExactly("once");
        completions.run();
        assertThat(said).containsExactly("once", "twice");
    }
}
