package sluice.cli;

import java.util.List;

/**
 * What became of an order to a running server.
 *
 * @param lines what happened; if it was refused, each reason
 */
record Outcome(boolean isDone, List<String> lines) {
    static Outcome done(String words) {
        return new Outcome(true, List.of(words));
    }

    static Outcome refused(List<String> reasons) {
        return new Outcome(false, List.copyOf(reasons));
    }

    static Outcome refused(String reason) {
        return refused(List.of(reason));
    }

    /** In one line. */
    String words() {
        return String.join("; ", lines);
    }
}
