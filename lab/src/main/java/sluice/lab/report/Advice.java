package sluice.lab.report;

import sluice.lab.CellResult;
import sluice.lab.Estimate;
import sluice.lab.JobResult;
import sluice.lab.LabResults;
import sluice.lab.report.Figures.Comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What this machine should use, as far as a run can say. */
public final class Advice {
    private Advice() {}

    /** A sentence for each setting that was measured. */
    public static List<String> of(LabResults results) {
        List<String> advice = new ArrayList<>();
        for (JobResult job : results.jobs()) {
            for (String axis : List.of("model", "copy", "reactor")) {
                if (job.axes().equals(List.of(axis))) {
                    advice.add(of(job, axis));
                }
            }
        }
        return advice;
    }

    private static String of(JobResult job, String axis) {
        List<CellResult> cells = Figures.measured(job).stream()
                .sorted(Comparator.comparingDouble(Advice::median))
                .toList();
        if (cells.size() < 2) {
            return "The job " + job.name() + " has too few figures to choose a " + axis + ".";
        }
        if (!Figures.isQuiet(job)) {
            return "The machine was too noisy to choose a " + axis
                    + "; run it again while nothing else runs.";
        }
        CellResult best = cells.getFirst();
        List<String> equal = new ArrayList<>();
        List<Comparison> dearer = new ArrayList<>();
        for (CellResult cell : cells.subList(1, cells.size())) {
            Comparison comparison = Figures.compare(job, cell, best);
            if (comparison.differs()) {
                dearer.add(comparison);
            } else {
                equal.add(cell.name());
            }
        }
        String text = "--" + axis + " " + best.name() + " costs least for files of "
                + String.format(
                        Locale.ROOT,
                        "%,d bytes over %,d connections",
                        best.settings().file(),
                        best.settings().connections());
        if (!equal.isEmpty()) {
            text += "; no different here: " + String.join(", ", equal);
        }
        for (Comparison comparison : dearer) {
            text += "; " + comparison.cell().name() + " costs " + comparison.words();
        }
        return text + ".";
    }

    private static double median(CellResult cell) {
        return Estimate.of(cell.cpuOfRounds()).median();
    }
}
