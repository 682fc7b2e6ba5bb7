package sluice.cli;

import java.util.Collection;
import java.util.Comparator;

/** Names that somebody may have meant. */
final class Near {
    /** Who types three letters wrong means something else. */
    private static final int ERRORS = 2;

    private Near() {}

    /** A question for the nearest of some names; empty if none is near. */
    static String hint(String name, Collection<String> names) {
        return names.stream()
                .filter(other -> distance(name, other) <= Math.min(ERRORS, other.length() / 2))
                .min(Comparator.comparingInt(other -> distance(name, other)))
                .map(other -> "; did you mean '" + other + "'?")
                .orElse("");
    }

    /** How many letters one has to add, remove or change (V. Levenshtein, 1965). */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int above = row[j];
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[other.length()];
    }
}
