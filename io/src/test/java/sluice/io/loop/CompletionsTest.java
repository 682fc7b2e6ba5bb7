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
        assertThat(completions.run()).isZero();
        assertThat(said).isEmpty();
        assertThat(completions.isEmpty()).isFalse();
        assertThat(completions.run()).isOne();
        assertThat(said).containsExactly("deferred");
    }

    @Test
    void aTurnSaysHowManyItReported() {
        completions.add(() -> said.add("deferred"), true);
        completions.run();
        completions.add(() -> said.add("first"), false);
        completions.add(() -> said.add("second"), false);
        assertThat(completions.run()).isEqualTo(3);
        assertThat(said).containsExactly("deferred", "first", "second");
        completions.add(() -> said.add("third"), false);
        assertThat(completions.runFinished()).isOne();
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
