package sluice.lab;

import java.util.List;

/** What two cells are compared by: the less, the better. */
public enum Figure {
    /** Microseconds of the server's CPU time for a request, in both modes. */
    CPU("CPU time per request") {
        @Override
        double of(CellResult.Round round) {
            return round.server().cpu().total();
        }
    },
    /** Seconds that passed for an answer, over all connections: the inverse of the rate. */
    TIME("time per answer") {
        @Override
        double of(CellResult.Round round) {
            return 1 / round.load().rate();
        }
    },
    /** Microseconds that 1 of 100 requests exceeds, as users wait. */
    P99("p99") {
        @Override
        double of(CellResult.Round round) {
            return round.load().p99();
        }
    };

    private final String words;

    Figure(String words) {
        this.words = words;
    }

    abstract double of(CellResult.Round round);

    /** In each round. */
    public List<Double> of(CellResult cell) {
        return cell.rounds().stream().map(this::of).toList();
    }

    public String words() {
        return words;
    }
}
