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
import java.util.Objects;
import java.util.function.ToDoubleFunction;
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

    private static Stream<CellResult> measured(LabResults results) {
        return results.jobs().stream()
                .map(JobResult::cells)
                .flatMap(List::stream)
                .filter(Figures::isMeasured);
    }

    /** A line for each cell that had it, or a sentence that there is none; and where that is. */
    public static String of(String topic, MachineFigures machine) {
        String threshold = topic.equals(MEMORY) && !machine.fromMemory().isEmpty()
                ? "\n" + Words.lines(machine.fromMemory() + ".")
                : "";
        LabResults results = machine.results();
        return (results == null ? NONE : of(topic, results, source(machine))) + threshold;
    }

    /** Where the figures of the lab are, after a comma; empty if they are nowhere. */
    static String source(MachineFigures machine) {
        return machine.file() == null ? "" : ", " + machine.file();
    }

    private static String of(String topic, LabResults results, String source) {
        List<CellResult> cells = measured(results)
                .filter(cell -> isAbout(cell.settings(), topic))
                .toList();
        if (cells.isEmpty()) {
            return Words.lines("The lab has run on " + day(results) + source
                    + ", but measured nothing of this here.");
        }
        StringBuilder text =
                new StringBuilder(Words.lines("On this machine, CPU time per request (sluice lab, "
                        + day(results) + source + "):"));
        cells.forEach(cell -> text.append("  ")
                .append(cost(cell))
                .append("\n    ")
                .append(conditions(cell.settings()))
                .append('\n'));
        return text.toString();
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

    private static String conditions(Settings cell) {
        List<String> words = new ArrayList<>(List.of(
                "model " + cell.model(),
                "copy " + cell.copy(),
                ByteCount.rounded(cell.file()),
                cell.connections() + " connections"));
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
     * What other copy paths cost for a body of about this size: of each the cell that is nearest.
     *
     * @return lines, the cheapest first; empty if nothing was measured within a factor of ten
     */
    static List<String> otherPaths(LabResults results, String model, long size) {
        Map<String, CellResult> nearest = new LinkedHashMap<>();
        measured(results)
                .filter(cell -> cell.settings().model().equals(model))
                .filter(cell -> !cell.settings().copy().equals(Settings.DEFAULTS.copy()))
                .filter(cell -> !cell.settings().cold() && cell.settings().idle() == 0)
                .filter(cell -> distance(cell, size) <= Math.log(10))
                .forEach(cell -> nearest.merge(
                        cell.settings().copy(),
                        cell,
                        (a, b) -> distance(a, size) <= distance(b, size) ? a : b));
        return nearest.entrySet().stream()
                .sorted(Comparator.comparingDouble(
                        entry -> total(entry.getValue()).median()))
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%-12s %s for %s",
                        entry.getKey(),
                        interval(total(entry.getValue())),
                        ByteCount.rounded(entry.getValue().settings().file())))
                .toList();
    }

    /** What the run itself calls no difference; empty if it does not know. */
    static String noise(LabResults results) {
        return results.jobs().stream()
                .filter(job -> job.axes().contains("copy") && job.noise() != null)
                .mapToDouble(job -> Objects.requireNonNull(job.noise()))
                .max()
                .stream()
                .mapToObj(share -> String.format(
                        Locale.ROOT, "; less than %.0f %% is no difference", 100 * share))
                .findFirst()
                .orElse("");
    }

    private static double distance(CellResult cell, long size) {
        return Math.abs(Math.log((double) cell.settings().file() / Math.max(1, size)));
    }
}
