package sluice.lab.job;

import sluice.lab.Job;
import sluice.lab.LabPlan;
import sluice.lab.Settings;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How many seconds the parts of a run take at most, by its plan. What the plan does not say is what
 * a machine with two processors took.
 */
public final class PlannedTime {
    /** What takes time. Each part errs in its own way: a warm-up may end early, a start may not. */
    enum Part {
        START,
        WARM_UP,
        ROUND,
        COUNTING
    }

    /** A server is there, or a fresh one for a round. */
    private static final double START = 1;
    /** Half a second, and what it takes to attach to a JVM. */
    private static final double COUNTING = 1.3;
    /** What a round has beside its length: connections settle, and probes look. */
    private static final double ROUND_MORE = 0.3;
    /** To open ten thousand takes some seconds. */
    private static final double CONNECTION = 0.000_5;
    /** A request to a fresh process, whose code is not compiled yet. */
    private static final double FIRST_REQUEST = 0.000_1;

    private PlannedTime() {}

    /** Of a whole run. */
    public static double seconds(LabPlan plan) {
        return plan.jobs().stream().mapToDouble(job -> sum(of(job, plan))).sum();
    }

    static double sum(Map<Part, Double> parts) {
        return parts.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Of a job: the first cell has a second server, which is not counted. */
    static Map<Part, Double> of(Job job, LabPlan plan) {
        List<Settings> cells =
                job.cells(plan.full()).stream().map(Job.Cell::settings).toList();
        Settings first = cells.getFirst();
        Map<Part, Double> parts = new EnumMap<>(Part.class);
        parts.put(Part.START, START * servers(cells));
        parts.put(
                Part.WARM_UP,
                warmUp(job, first, plan)
                        + cells.stream()
                                .mapToDouble(cell -> warmUp(job, cell, plan))
                                .sum());
        parts.put(
                Part.ROUND,
                plan.timing().rounds(job)
                        * (round(job, first, plan)
                                + cells.stream()
                                        .mapToDouble(cell -> round(job, cell, plan))
                                        .sum()));
        parts.put(Part.COUNTING, COUNTING * cells.size());
        return parts;
    }

    /** Of all servers of a job. */
    private static long servers(List<Settings> cells) {
        return cells.stream().map(Settings::server).distinct().count() + 1;
    }

    /** Of a cell. */
    static double warmUp(Job job, Settings cell, LabPlan plan) {
        return cell.first() > 0 ? 0 : plan.timing().warmUpMost(job);
    }

    /** One round of a cell. */
    static double round(Job job, Settings cell, LabPlan plan) {
        double length = cell.first() > 0
                ? START + cell.first() * FIRST_REQUEST
                : plan.timing().roundTime(job).toMillis() / 1e3;
        return length + ROUND_MORE + CONNECTION * (cell.connections() + cell.idle());
    }

    /** To count in a cell. */
    static double counting() {
        return COUNTING;
    }
}
