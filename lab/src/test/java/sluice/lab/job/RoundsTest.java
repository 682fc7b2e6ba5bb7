package sluice.lab.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.lab.CellResult.Round;
import sluice.lab.LoadReport;
import sluice.lab.ServerMeasures;
import sluice.lab.Surroundings;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** A round that something else disturbed is measured again, at most four times. */
class RoundsTest {
    private static final Surroundings CALM = new Surroundings(0.02, 0, 0, 0);
    private static final Surroundings BUSY = new Surroundings(0.5, 0, 0, 0);
    private static final Surroundings HOT = new Surroundings(0, 0, 0, 1);

    private final Rounds rounds = new Rounds();

    private static Round round(Surroundings surroundings, Map<String, Long> errors) {
        LoadReport.Times times = new LoadReport.Times(1, 2, 3, 4, 5);
        LoadReport load = new LoadReport(
                List.of("http://h/"),
                1,
                0,
                1,
                true,
                1,
                1,
                1,
                1,
                errors,
                Map.of(200, 1L),
                0,
                0,
                times,
                null,
                0,
                0,
                null,
                List.of(),
                true);
        ServerMeasures server =
                new ServerMeasures(new LoadReport.Cpu(1, 1), 0.0, 0.0, 0.0, 0.0, null, null);
        return new Round(1, load, server, surroundings, null);
    }

    /** Makes rounds with these surroundings; when there are no more, none. */
    private void take(Surroundings... surroundings) {
        Deque<Surroundings> next = new ArrayDeque<>(List.of(surroundings));
        rounds.take(() -> {
            if (!next.isEmpty()) {
                rounds.add(round(next.remove(), Map.of()));
            }
        });
    }

    private List<Surroundings> kept() {
        return rounds.kept().stream().map(Round::surroundings).toList();
    }

    @Test
    void aCalmRoundIsMeasuredOnce() {
        take(CALM, BUSY);

        assertThat(kept()).containsExactly(CALM);
        assertThat(rounds.repeated()).isZero();
    }

    @Test
    void aDisturbedRoundIsMeasuredAgainUntilOneIsCalm() {
        take(BUSY, CALM, BUSY);
        take(BUSY, HOT, CALM);

        assertThat(kept()).containsExactly(CALM, CALM);
        assertThat(rounds.repeated()).isEqualTo(3);
    }

    @Test
    void afterFourRepeatsTheLastRoundIsKeptWhateverItIs() {
        take(BUSY, BUSY, BUSY, BUSY, HOT, CALM);

        assertThat(kept()).containsExactly(HOT);
        assertThat(rounds.repeated()).isEqualTo(4);
    }

    @Test
    void aDisturbedRoundStaysIfItCannotBeMeasuredAgain() {
        take(BUSY);
        take();

        assertThat(kept()).containsExactly(BUSY);
        assertThat(rounds.repeated()).isZero();
    }

    @Test
    void aRoundWithWrongAnswersIsNotMeasuredAgain() {
        Deque<Round> next = new ArrayDeque<>(
                List.of(round(BUSY, Map.of("wrong body", 1L)), round(CALM, Map.of())));
        rounds.take(() -> rounds.add(next.remove()));

        assertThat(kept()).containsExactly(BUSY);
    }
}
