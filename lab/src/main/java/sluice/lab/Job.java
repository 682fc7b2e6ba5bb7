package sluice.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A question to the machine: a setting, and what varies in it. docs/lab.md describes the files.
 *
 * @param seconds what a round lasts at least, where a shorter one tells nothing; 0: as long as the
 *     run says
 * @param warmUp seconds after which the warm-up of a cell ends even if it is not yet warm; 0: when
 *     the run says
 * @param rounds how many; 0: as many as the run says
 * @param cell settings of all cells, by name; the others have their defaults
 * @param vary settings that vary, each with its values
 * @param full the same for a full run; empty: as {@code vary}
 */
public record Job(
        String name,
        String question,
        double seconds,
        double warmUp,
        int rounds,
        Map<String, Object> cell,
        Map<String, List<Object>> vary,
        Map<String, List<Object>> full) {
    /** Longer rounds add nothing that more of them would not. */
    public static final double SECONDS_MAX = 60;
    /** Nothing here takes longer to be compiled. */
    public static final double WARM_UP_MAX = 600;

    /**
     * @throws IllegalArgumentException if rounds of that length or number, or such a warm-up,
     *     cannot be, or a setting varies over no value
     */
    public Job {
        if (!(warmUp >= 0 && warmUp <= WARM_UP_MAX)) {
            throw new IllegalArgumentException(
                    "job " + name + ": warmUp must be from 0 to " + (int) WARM_UP_MAX);
        }
        if (rounds < 0 || rounds > LabPlan.Timing.ROUNDS_MAX) {
            throw new IllegalArgumentException(
                    "job " + name + ": rounds must be from 1 to " + LabPlan.Timing.ROUNDS_MAX);
        }
        if (!(seconds >= 0 && seconds <= SECONDS_MAX)) {
            throw new IllegalArgumentException(
                    "job " + name + ": seconds must be from 0 to " + (int) SECONDS_MAX);
        }
        requireValues(name, vary);
        requireValues(name, full);
    }

    private static void requireValues(String job, Map<String, List<Object>> axes) {
        axes.forEach((axis, values) -> {
            if (values.isEmpty()) {
                throw new IllegalArgumentException(
                        "job " + job + ": " + axis + " varies over no value");
            }
        });
    }

    /** A copy with as many rounds as the run says. */
    public Job withoutRounds() {
        return new Job(name, question, seconds, warmUp, 0, cell, vary, full);
    }

    /** A cell of a job, before it is measured. */
    public record Cell(Map<String, String> varied, Settings settings) {}

    /** What varies. */
    public Map<String, List<Object>> axes(boolean isFull) {
        return isFull && !full.isEmpty() ? full : vary;
    }

    /**
     * All combinations of what varies.
     *
     * @throws IllegalArgumentException if a setting is not known or has an impossible value
     */
    public List<Cell> cells(boolean isFull) {
        List<Map<String, Object>> combinations = new ArrayList<>(List.of(Map.of()));
        axes(isFull).forEach((axis, values) -> {
            List<Map<String, Object>> longer = new ArrayList<>();
            for (Map<String, Object> combination : combinations) {
                for (Object value : values) {
                    Map<String, Object> one = new LinkedHashMap<>(combination);
                    one.put(axis, value);
                    longer.add(one);
                }
            }
            combinations.clear();
            combinations.addAll(longer);
        });
        return combinations.stream().map(this::cell).toList();
    }

    private Cell cell(Map<String, Object> chosen) {
        Map<String, Object> all = new LinkedHashMap<>(cell);
        all.putAll(chosen);
        Map<String, String> names = new LinkedHashMap<>();
        chosen.forEach((axis, value) -> names.put(axis, String.valueOf(value)));
        return new Cell(names, Json.settings(name, all));
    }
}
