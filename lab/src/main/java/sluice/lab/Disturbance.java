package sluice.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Judges whether a machine did something else while a job was measured. */
final class Disturbance {
    /** A machine at rest uses some percent for itself; a tenth moves figures beyond the noise. */
    static final double OTHERS_MAX = 0.1;
    /** Nobody can tell from whom it was taken, the server or the client. */
    static final double STOLEN_MAX = 0.02;
    /** Held back, threads pile up work, and what is measured is the quota. */
    static final double THROTTLED_MAX = 0.02;

    /**
     * One round may have so many times the limit of all: the kernel counts in hundredths of a
     * second, of which a round of half a second on two processors has a hundred, so that shares of
     * single rounds lie one or two percent beside the truth.
     */
    static final double ROUND_FACTOR = 2;

    private Disturbance() {}

    /** Whether one round was disturbed, whatever the others were. */
    static boolean isOfRound(Surroundings round) {
        return round.others() > ROUND_FACTOR * OTHERS_MAX
                || round.stolen() > ROUND_FACTOR * STOLEN_MAX
                || round.throttled() > ROUND_FACTOR * THROTTLED_MAX
                || round.hot() > 0;
    }

    /** What disturbed the rounds of these cells, in words; empty if nothing did. */
    static String of(List<CellResult> cells) {
        List<Surroundings> rounds = cells.stream()
                .flatMap(cell -> cell.rounds().stream())
                .map(CellResult.Round::surroundings)
                .toList();
        List<String> found = new ArrayList<>();
        add(found, "other processes used %.0f %% of its CPUs", rounds, OTHERS_MAX, s -> s.others());
        add(found, "its host took %.0f %% of its CPUs away", rounds, STOLEN_MAX, s -> s.stolen());
        add(
                found,
                "the cgroup's quota held threads back for %.0f %% of the time",
                rounds,
                THROTTLED_MAX,
                Surroundings::throttled);
        long hot = rounds.stream().mapToLong(Surroundings::hot).sum();
        if (hot > 0) {
            found.add("a CPU slowed down " + hot + " times because it was hot");
        }
        return String.join(", ", found);
    }

    private static void add(
            List<String> found,
            String words,
            List<Surroundings> rounds,
            double most,
            ToDoubleFunction<Surroundings> share) {
        double mean = rounds.stream().mapToDouble(share).average().orElse(0);
        double worst = rounds.stream().mapToDouble(share).max().orElse(0);
        if (mean > most) {
            found.add(String.format(Locale.ROOT, words, mean * 100));
        } else if (worst > ROUND_FACTOR * most) {
            found.add(String.format(Locale.ROOT, words + " in one round", worst * 100));
        }
    }
}
