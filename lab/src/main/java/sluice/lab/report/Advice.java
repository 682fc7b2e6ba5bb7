package sluice.lab.report;

import sluice.lab.CellResult;
import sluice.lab.Estimate;
import sluice.lab.Figure;
import sluice.lab.JobResult;
import sluice.lab.LabResults;
import sluice.lab.Settings;
import sluice.lab.report.Figures.Comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What this machine should use, as far as a run can say. */
public final class Advice {
    /** A sentence that compares more is a table. */
    private static final int NAMED = 3;

    private Advice() {}

    /** A sentence for each setting that was measured, and for each of the other settings. */
    public static List<String> of(LabResults results) {
        List<String> advice = new ArrayList<>();
        for (JobResult job : results.jobs()) {
            for (String axis : List.of("model", "copy", "reactor", "loops")) {
                if (job.axes().contains(axis)) {
                    advice.addAll(of(job, axis));
                }
            }
        }
        return advice;
    }

    private static List<String> of(JobResult job, String axis) {
        Map<Map<String, String>, List<CellResult>> alike = new LinkedHashMap<>();
        for (CellResult cell : Figures.measured(job)) {
            Map<String, String> others = new LinkedHashMap<>(cell.varied());
            others.remove(axis);
            alike.computeIfAbsent(others, _ -> new ArrayList<>()).add(cell);
        }
        alike.values().removeIf(cells -> cells.size() < 2);
        if (alike.isEmpty()) {
            return List.of(
                    "The job " + job.name() + " has too few figures to choose --" + axis + ".");
        }
        Figure figure = figure(job, axis);
        return alike.values().stream()
                .map(cells -> best(job, axis, figure, cells))
                .distinct()
                .toList();
    }

    private static String tooNoisy(JobResult job, String axis) {
        return "The machine was too noisy to choose --" + axis + " by the job " + job.name()
                + "; run it again while nothing else runs.";
    }

    /** More loops, and a thread that waits, cost time and no CPU time. */
    private static Figure figure(JobResult job, String axis) {
        boolean waits = job.cells().stream().allMatch(Figures::waits);
        return waits || axis.equals("loops") ? Figure.TIME : Figure.CPU;
    }

    private static String best(
            JobResult job, String axis, Figure figure, List<CellResult> unsorted) {
        List<CellResult> cells = unsorted.stream()
                .sorted(Comparator.comparingDouble(cell -> median(figure, cell)))
                .toList();
        CellResult best = cells.getFirst();
        List<String> equal = new ArrayList<>();
        List<Comparison> dearer = new ArrayList<>();
        for (CellResult cell : cells.subList(1, cells.size())) {
            Comparison comparison = Figures.compare(job, figure, cell, best);
            if (comparison.differs()) {
                dearer.add(comparison);
            } else {
                equal.add(name(cell, axis));
            }
        }
        boolean isQuiet = Figures.isQuiet(job, figure);
        if (dearer.isEmpty() && !isQuiet) {
            return tooNoisy(job, axis);
        }
        if (dearer.isEmpty()) {
            return "--" + axis + " " + name(best, axis) + ", " + String.join(", ", equal)
                    + ": no difference for " + situation(best.settings()) + ".";
        }
        boolean isTime = figure == Figure.TIME;
        String does = isTime ? "takes" : "costs";
        StringBuilder text = new StringBuilder("--" + axis + " " + name(best, axis) + " " + does
                + " least " + (isTime ? "time" : "CPU time") + " for "
                + situation(best.settings()));
        if (!equal.isEmpty()) {
            text.append(isQuiet ? "; no different here: " : "; too noisy to tell: ")
                    .append(String.join(", ", equal));
        }
        for (Comparison one : dearer.subList(0, Math.min(NAMED, dearer.size()))) {
            text.append("; ").append(name(one.cell(), axis));
            text.append(' ').append(does).append(' ').append(one.words());
        }
        if (dearer.size() > NAMED) {
            text.append("; ").append(dearer.size() - NAMED).append(" others more than that");
        }
        return text.append('.').toString();
    }

    private static String name(CellResult cell, String axis) {
        return cell.varied().getOrDefault(axis, "");
    }

    private static String situation(Settings settings) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "files of %,d bytes over %,d %s",
                settings.file(),
                settings.connections(),
                settings.connections() == 1 ? "connection" : "connections"));
        if (settings.idle() > 0) {
            text.append(String.format(Locale.ROOT, " beside %,d idle ones", settings.idle()));
        }
        if (settings.rate() > 0) {
            text.append(String.format(Locale.ROOT, " at %,.0f requests/s", settings.rate()));
        }
        if (settings.cold()) {
            text.append(", not in memory, guard ").append(settings.guard());
        }
        if (settings.block() > 0) {
            text.append(String.format(
                    Locale.ROOT, " and a handler that blocks for %,d us", settings.block()));
        }
        if (settings.buffer() > 0) {
            text.append(String.format(Locale.ROOT, " by buffers of %,d bytes", settings.buffer()));
        }
        return text.toString();
    }

    private static double median(Figure figure, CellResult cell) {
        return Estimate.of(figure.of(cell)).median();
    }
}
