package sluice.lab;

import org.jspecify.annotations.Nullable;

import sluice.lab.CellResult.Outcome;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Two runs of the lab side by side: by what each cell got dearer or cheaper. Runs that cannot be
 * compared are refused, with the reason.
 *
 * @param rows cells that both runs measured
 * @param absent cells that only one of them measured
 * @param failed the reasons of cells that failed in the second run, which are none of these
 */
public record LabDiff(List<Row> rows, List<String> absent, Map<String, String> failed) {
    private static final int NAME = 27;
    private static final String FORM = "  %-" + NAME + "s %16s %16s %16s %16s%n";

    public LabDiff {
        rows = List.copyOf(rows);
        absent = List.copyOf(absent);
        failed = Collections.unmodifiableMap(new TreeMap<>(failed));
    }

    /**
     * A cell in both runs.
     *
     * @param name job and cell
     * @param was microseconds of CPU time per request in the first run
     * @param is the same in the second run
     * @param ratio of the second to the first
     * @param noise by how much two servers differ that are the same, as a share
     * @param p99 ratio of the latencies that 1 of 100 requests exceeds
     * @param p99Noise of these; null if one of the runs does not know it
     */
    public record Row(
            String name,
            Estimate was,
            Estimate is,
            Estimate ratio,
            double noise,
            Estimate p99,
            @Nullable Double p99Noise) {
        /** Whether the two differ by more than servers that are the same. */
        public boolean differs() {
            return ratio.differs(noise);
        }

        /** Whether it got dearer by more than a share, without doubt. */
        public boolean isDearerBy(double share) {
            return differs() && ratio.low() > 1 + share;
        }
    }

    /** Why two runs say nothing about each other. */
    public static final class Incomparable extends Exception {
        private static final long serialVersionUID = 1;

        Incomparable(String reason) {
            super(reason);
        }
    }

    /**
     * Compares two runs.
     *
     * @throws Incomparable if machine or settings differ, or something disturbed one of them
     */
    public static LabDiff of(LabResults first, LabResults second) throws Incomparable {
        requireComplete(first, "first");
        requireComplete(second, "second");
        requireAlike(first, second.environment(), second.settings());
        requireSameVersions(first.peers(), second.peers());
        List<Row> rows = new ArrayList<>();
        Map<String, JobResult> jobs = byName(second.jobs(), JobResult::name);
        TreeSet<String> absent = new TreeSet<>();
        for (JobResult was : first.jobs()) {
            JobResult is = jobs.get(was.name());
            if (is != null) {
                rows.addAll(rows(was, is));
            }
        }
        TreeSet<String> both = new TreeSet<>();
        rows.forEach(row -> both.add(row.name()));
        for (LabResults run : List.of(first, second)) {
            run.jobs().forEach(job -> job.cells().forEach(cell -> absent.add(name(job, cell))));
        }
        absent.removeAll(both);
        if (rows.isEmpty()) {
            throw new Incomparable("the runs measured no cell in common");
        }
        Map<String, String> failed = failed(second);
        failed.keySet().retainAll(absent);
        absent.removeAll(failed.keySet());
        return new LabDiff(rows, List.copyOf(absent), failed);
    }

    /**
     * Whether a run of here and now may be compared with an earlier one, as far as one can know
     * before.
     *
     * @throws Incomparable if not
     */
    public static void requireUseful(LabResults first, Environment environment, LabPlan plan)
            throws Incomparable {
        requireAlike(first, environment, plan.timing());
        requireComplete(first, "first");
        int common = 0;
        for (Job job : plan.jobs()) {
            Optional<JobResult> was = first.jobs().stream()
                    .filter(one -> one.name().equals(job.name()))
                    .findFirst();
            if (was.isPresent()) {
                noise(was.get(), "first");
                common += common(was.get(), job.cells(plan.full()));
            }
        }
        if (common == 0) {
            throw new Incomparable("the earlier run has no cell of these jobs");
        }
    }

    private static int common(JobResult was, List<Job.Cell> cells) throws Incomparable {
        int common = 0;
        for (CellResult one : was.cells()) {
            for (Job.Cell cell : cells) {
                if (isMeasured(one) && one.varied().equals(cell.varied())) {
                    if (!one.settings().equals(cell.settings())) {
                        throw new Incomparable("the settings of " + name(was, one) + " differ");
                    }
                    common++;
                }
            }
        }
        return common;
    }

    /**
     * Whether a run of here and now with these settings may be compared with an earlier one.
     *
     * @throws Incomparable if not
     */
    public static void requireAlike(
            LabResults first, Environment environment, LabPlan.Timing settings)
            throws Incomparable {
        List<String> differences = first.environment().differences(environment);
        if (!differences.isEmpty()) {
            throw new Incomparable("the machines differ: " + String.join("; ", differences));
        }
        if (!first.settings().equals(settings)) {
            throw new Incomparable("the settings differ: " + words(first.settings()) + ", then "
                    + words(settings));
        }
    }

    /** A cell that is missing, or has fewer rounds, would pass for one that got no dearer. */
    private static void requireComplete(LabResults run, String which) throws Incomparable {
        if (!run.complete()) {
            throw new Incomparable("the " + which + " run ended early");
        }
    }

    private static void requireSameVersions(List<PeerUsed> first, List<PeerUsed> second)
            throws Incomparable {
        Map<String, PeerUsed> now = byName(second, PeerUsed::engine);
        for (PeerUsed was : first) {
            PeerUsed is = now.getOrDefault(was.engine(), was);
            if (!is.version().equals(was.version())) {
                throw new Incomparable("the versions of " + was.engine() + " differ: "
                        + was.version() + ", then " + is.version());
            }
        }
    }

    private static String words(LabPlan.Timing timing) {
        return String.format(
                Locale.ROOT,
                "%d rounds of %.1f s after at most %.0f s of warm-up",
                timing.rounds(),
                timing.round(),
                timing.warmUpMost());
    }

    private static List<Row> rows(JobResult was, JobResult is) throws Incomparable {
        double noise = Math.max(noise(was, "first"), noise(is, "second"));
        if (was.seconds() != null && is.seconds() != null && !was.seconds().equals(is.seconds())) {
            throw new Incomparable("rounds of job " + was.name() + " lasted " + was.seconds()
                    + " s, then " + is.seconds() + " s");
        }
        Map<String, CellResult> cells = byName(is.cells(), CellResult::name);
        List<Row> rows = new ArrayList<>();
        for (CellResult first : was.cells()) {
            CellResult second = cells.get(first.name());
            if (second == null || !isMeasured(first) || !isMeasured(second)) {
                continue;
            }
            if (!first.settings().equals(second.settings())) {
                throw new Incomparable("the settings of " + name(was, first) + " differ");
            }
            rows.add(new Row(
                    name(was, first),
                    Estimate.of(first.cpuOfRounds()),
                    Estimate.of(second.cpuOfRounds()),
                    Estimate.ofRuns(second.cpuOfRounds(), first.cpuOfRounds()),
                    noise,
                    Estimate.ofRuns(Figure.P99.of(second), Figure.P99.of(first)),
                    larger(was.p99Noise(), is.p99Noise())));
        }
        return rows;
    }

    private static boolean isMeasured(CellResult cell) {
        return cell.outcome() == Outcome.MEASURED && !cell.rounds().isEmpty();
    }

    private static @Nullable Double larger(@Nullable Double one, @Nullable Double other) {
        return one == null || other == null ? null : Double.valueOf(Math.max(one, other));
    }

    private static Map<String, String> failed(LabResults run) {
        Map<String, String> failed = new TreeMap<>();
        for (JobResult job : run.jobs()) {
            for (CellResult cell : job.cells()) {
                if (cell.outcome() == Outcome.FAILED) {
                    failed.put(
                            name(job, cell),
                            Objects.requireNonNullElse(cell.reason(), "no round ended"));
                }
            }
        }
        return failed;
    }

    private static double noise(JobResult job, String run) throws Incomparable {
        if (job.disturbance() != null) {
            throw new Incomparable("in the " + run + " run the machine was busy with something else"
                    + " during job " + job.name() + ": " + job.disturbance());
        }
        if (job.noise() == null) {
            throw new Incomparable("the " + run + " run does not know the noise of job "
                    + job.name() + ": it needs two rounds or more");
        }
        return job.noise();
    }

    private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
        return all.stream().collect(Collectors.toMap(name, one -> one, (one, _) -> one));
    }

    private static String name(JobResult job, CellResult cell) {
        return job.name() + ": " + cell.name();
    }

    /** For people, at most 100 columns wide. */
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                FORM,
                "CPU us/request",
                "first run",
                "second run",
                "second to first",
                "p99, the same"));
        for (Row row : rows) {
            text.append(LabTable.ownLine(row.name(), NAME));
            text.append(String.format(
                    Locale.ROOT,
                    FORM,
                    LabTable.inRow(row.name(), NAME),
                    LabTable.micros(row.was()),
                    LabTable.micros(row.is()),
                    row.differs() ? LabTable.ratio(row.ratio()) : "no difference",
                    p99(row)));
        }
        for (String name : absent) {
            text.append("  ").append(name).append(": not measured in both\n");
        }
        failed.forEach((name, reason) -> text.append("  ")
                .append(name)
                .append(": failed in the second run: ")
                .append(reason)
                .append('\n'));
        return text.toString();
    }

    private static String p99(Row row) {
        if (row.p99Noise() == null) {
            return "?";
        }
        return row.p99().differs(row.p99Noise()) ? LabTable.ratio(row.p99()) : "no difference";
    }

    /** The cells that got dearer by more than a share, without doubt. */
    public List<Row> dearerBy(double share) {
        return rows.stream().filter(row -> row.isDearerBy(share)).toList();
    }
}
