package sluice.lab.explain;

import sluice.lab.CellResult;
import sluice.lab.Estimate;
import sluice.lab.JobResult;
import sluice.lab.LabResults;
import sluice.lab.MachineFigures;
import sluice.lab.Settings;
import sluice.server.ByteCount;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the lab has measured of a topic on this machine. */
public final class Figures {
    private static final String NONE = "No figures of this machine: 'sluice lab' measures them.\n";

    /** The topic of what the server keeps or makes. */
    private static final String MEMORY = "memory";

    private Figures() {}

    /** The engine that shows what the harness costs serves by no path. */
    private static boolean isMeasured(CellResult cell) {
        return cell.settings().engine().equals(Settings.SLUICE)
                && cell.outcome() == CellResult.Outcome.MEASURED
                && !cell.rounds().isEmpty();
    }

    /** Those of jobs that nothing disturbed. */
    private static Stream<CellResult> measured(LabResults results) {
        return results.jobs().stream()
                .filter(job -> job.disturbance() == null)
                .flatMap(Figures::measured);
    }

    private static Stream<CellResult> measured(JobResult job) {
        return job.cells().stream().filter(Figures::isMeasured);
    }

    /** Which jobs had such cells, and what disturbed them; empty if none was disturbed. */
    private static String leftOut(LabResults results, Predicate<CellResult> wanted) {
        String jobs = results.jobs().stream()
                .filter(job -> job.disturbance() != null && measured(job).anyMatch(wanted))
                .map(job -> "job " + job.name() + " (" + job.disturbance() + ")")
                .collect(Collectors.joining(", "));
        return jobs.isEmpty()
                ? ""
                : "Left out, because the machine did something else meanwhile: " + Words.safe(jobs)
                        + ".";
    }

    /** A line for each cell that had it, or a sentence that there is none; and where that is. */
    public static String of(String topic, MachineFigures machine) {
        String threshold = topic.equals(MEMORY) && !machine.fromMemory().isEmpty()
                ? "\n" + Words.lines(machine.fromMemory() + ".")
                : "";
        LabResults results = machine.results();
        return (results == null ? NONE : of(topic, results, source(machine))) + threshold;
    }

    /** Whether there are some of a topic. */
    public static boolean areThere(String topic, LabResults results) {
        return measured(results).anyMatch(cell -> isAbout(cell.settings(), topic));
    }

    /** Whether there are some of copy paths. */
    public static boolean arePaths(LabResults results) {
        return measured(results).anyMatch(Figures::isOfPath);
    }

    /** Where the figures of the lab are, after a comma; empty if they are nowhere. */
    static String source(MachineFigures machine) {
        return machine.file() == null ? "" : ", " + machine.file();
    }

    private static String of(String topic, LabResults results, String source) {
        Predicate<CellResult> wanted = cell -> isAbout(cell.settings(), topic);
        List<CellResult> cells = measured(results).filter(wanted).toList();
        String leftOut = Words.lines(leftOut(results, wanted));
        if (cells.isEmpty()) {
            return Words.lines("The lab has run on " + day(results) + source
                            + ", but measured nothing of this here"
                            + (leftOut.isEmpty() ? "." : " that can be trusted."))
                    + leftOut;
        }
        StringBuilder text =
                new StringBuilder(Words.lines("On this machine, CPU time per request (sluice lab, "
                        + day(results) + source + "):"));
        cells.forEach(cell -> text.append("  ")
                .append(cost(cell))
                .append("\n    ")
                .append(conditions(cell.settings()))
                .append(warmth(cell))
                .append('\n'));
        return text.append(leftOut).toString();
    }

    /** When a run was made. */
    static String day(LabResults results) {
        return results.started().replaceFirst("T.*", "");
    }

    private static boolean isAbout(Settings settings, String topic) {
        return settings.model().equals(topic)
                || settings.copy().equals(topic)
                || settings.reactor().equals(topic);
    }

    private static Estimate estimate(CellResult cell, ToDoubleFunction<CellResult.Round> figure) {
        return Estimate.of(cell.rounds().stream().mapToDouble(figure).boxed().toList());
    }

    private static String cost(CellResult cell) {
        Estimate all = total(cell);
        double user = estimate(cell, round -> round.server().cpu().user()).median();
        double kernel = estimate(cell, round -> round.server().cpu().system()).median();
        return String.format(
                Locale.ROOT,
                "%s, of these %.1f in user mode, %.1f in the kernel",
                interval(all),
                user,
                kernel);
    }

    private static Estimate total(CellResult cell) {
        return estimate(
                cell,
                round -> round.server().cpu().user() + round.server().cpu().system());
    }

    private static String interval(Estimate all) {
        return all.rounds() < 2
                ? String.format(Locale.ROOT, "%.1f us", all.median())
                : String.format(
                        Locale.ROOT, "%.1f us (%.1f-%.1f)", all.median(), all.low(), all.high());
    }

    private static String warmth(CellResult cell) {
        return cell.wasWarm() ? "" : " (not yet warm)";
    }

    private static String conditions(Settings cell) {
        List<String> words = new ArrayList<>(List.of(
                "model " + cell.model(),
                "copy " + cell.copy(),
                ByteCount.rounded(cell.file()),
                ByteCount.counted(cell.connections(), "connection")));
        if (cell.idle() > 0) {
            words.add(cell.idle() + " idle");
        }
        if (cell.buffer() > 0) {
            words.add("buffer " + ByteCount.rounded(cell.buffer()));
        }
        if (!cell.reactor().equals(Settings.DEFAULTS.reactor())) {
            words.add("reactor " + cell.reactor());
        }
        if (cell.cold()) {
            words.add("cold");
        }
        return String.join(", ", words);
    }

    /**
     * What copy paths cost for a body of about some size.
     *
     * @param job its name; empty if nothing was measured within a factor of ten
     * @param noise what the job itself calls no difference; empty if it does not know
     * @param lines a path each, the cheapest first
     * @param leftOut what was measured and cannot be trusted, and why; or empty
     */
    record Paths(String job, String noise, List<String> lines, String leftOut) {}

    /** Cells of a job that differ in nothing but the copy path. */
    private record Alike(JobResult job, List<CellResult> cells) {
        double distance(long size) {
            return Figures.distance(cells.getFirst(), size);
        }
    }

    /** Of the cells that can be compared with one another, those whose size is nearest. */
    static Paths otherPaths(LabResults results, String model, long size) {
        Predicate<CellResult> wanted = cell -> cell.settings().model().equals(model)
                && isOfPath(cell)
                && distance(cell, size) <= Math.log(10);
        String leftOut = leftOut(results, wanted);
        return results.jobs().stream()
                .filter(job -> job.disturbance() == null)
                .flatMap(job -> alike(job, wanted))
                .min(Comparator.comparing((Alike alike) -> alike.cells().size() < 2)
                        .thenComparingDouble(alike -> alike.distance(size))
                        .thenComparingInt(alike -> -alike.cells().size()))
                .map(alike -> new Paths(
                        alike.job().name(), noise(alike.job()), lines(alike.cells()), leftOut))
                .orElseGet(() -> new Paths("", "", List.of(), leftOut));
    }

    private static boolean isOfPath(CellResult cell) {
        Settings settings = cell.settings();
        return !settings.copy().equals(Settings.DEFAULTS.copy())
                && !settings.cold()
                && settings.idle() == 0;
    }

    private static Stream<Alike> alike(JobResult job, Predicate<CellResult> wanted) {
        Map<Settings, Map<String, CellResult>> groups = new LinkedHashMap<>();
        measured(job)
                .filter(wanted)
                .forEach(cell -> groups.computeIfAbsent(
                                withoutCopy(cell.settings()), _ -> new LinkedHashMap<>())
                        .putIfAbsent(cell.settings().copy(), cell));
        return groups.values().stream().map(cells -> new Alike(job, List.copyOf(cells.values())));
    }

    private static List<String> lines(List<CellResult> cells) {
        return cells.stream()
                .sorted(Comparator.comparingDouble(cell -> total(cell).median()))
                .map(cell -> String.format(
                        Locale.ROOT,
                        "%-12s %s for %s%s",
                        cell.settings().copy(),
                        interval(total(cell)),
                        ByteCount.rounded(cell.settings().file()),
                        warmth(cell)))
                .toList();
    }

    private static Settings withoutCopy(Settings cell) {
        return new Settings(
                cell.engine(),
                cell.model(),
                cell.reactor(),
                Settings.DEFAULTS.copy(),
                cell.buffer(),
                cell.loops(),
                cell.file(),
                cell.files(),
                cell.cold(),
                cell.connections(),
                cell.idle(),
                cell.keepAlive(),
                cell.pipeline(),
                cell.rate(),
                cell.fileMost(),
                cell.first(),
                cell.guard(),
                cell.block());
    }

    private static String noise(JobResult job) {
        Double noise = job.noise();
        return noise == null
                ? ""
                : String.format(Locale.ROOT, "; less than %.0f %% is no difference", 100 * noise);
    }

    private static double distance(CellResult cell, long size) {
        return Math.abs(Math.log((double) cell.settings().file() / Math.max(1, size)));
    }
}
