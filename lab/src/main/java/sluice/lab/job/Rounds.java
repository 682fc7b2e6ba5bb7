package sluice.lab.job;

import sluice.lab.CellResult.Round;

import java.util.ArrayList;
import java.util.List;

/** Rounds of a cell: one that was disturbed gives way to another. */
final class Rounds {
    /** What a host's other guests do comes in bursts; a machine that is always busy stays so. */
    private static final int REPEATS_MAX = 4;

    private final List<Round> kept = new ArrayList<>();
    private int repeated;

    /** Makes a round, and makes it again if it was disturbed; {@code measure} adds it. */
    void take(Runnable measure) {
        int before = kept.size();
        measure.run();
        for (int i = 0; i < REPEATS_MAX && kept.size() > before && isInVain(kept.getLast()); i++) {
            Round disturbed = kept.removeLast();
            measure.run();
            if (kept.size() == before) {
                kept.add(disturbed); // The cell failed, or the lab is to end.
                return;
            }
            repeated++;
        }
    }

    /** Wrong answers are wrong on a busy machine, too. */
    private static boolean isInVain(Round round) {
        return round.surroundings().disturbsRound() && round.load().errors().isEmpty();
    }

    void add(Round round) {
        kept.add(round);
    }

    List<Round> kept() {
        return List.copyOf(kept);
    }

    int repeated() {
        return repeated;
    }
}
