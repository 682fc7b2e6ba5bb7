package sluice.lab.report;

import sluice.lab.CellResult;
import sluice.lab.Counts;
import sluice.lab.Estimate;
import sluice.lab.Figure;
import sluice.lab.JobResult;
import sluice.lab.LabResults;
import sluice.lab.ServerMeasures;
import sluice.lab.report.Figures.Comparison;
import sluice.lab.report.Verdict.Finding;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * That one cell of a job is dearer than another.
 *
 * @param text the claim in words
 * @param figure what is dearer
 * @param jobs who may have measured it: the first one that ran
 * @param dear settings of the cell that is said to be dearer; of several, the largest file and the
 *     most idle connections
 * @param cheap what is different in the other cell
 * @param otherwise why a machine may find something else, as far as is known
 */
record Claim(
        String text,
        Figure figure,
        List<String> jobs,
        Map<String, String> dear,
        Map<String, String> cheap,
        String otherwise) {
    /** Of those with the same settings, the one that shows most. */
    private static final Comparator<CellResult> MOST = Comparator.comparingLong(
                    (CellResult cell) -> cell.settings().file())
            .thenComparingInt(cell -> cell.settings().idle());

    /** By CPU time, in one job. */
    static Claim of(
            String text,
            String job,
            Map<String, String> dear,
            Map<String, String> cheap,
            String otherwise) {
        return new Claim(text, Figure.CPU, List.of(job), dear, cheap, otherwise);
    }

    Verdict judge(LabResults results) {
        for (String name : jobs) {
            Optional<JobResult> job = Figures.job(results, name);
            Optional<Comparison> found = job.flatMap(this::pair);
            if (found.isPresent()) {
                return judge(job.orElseThrow(), found.get());
            }
        }
        return Verdict.unmeasured(
                text, "the job " + String.join(" or ", jobs) + " has no figures for both");
    }

    private Verdict judge(JobResult job, Comparison is) {
        String evidence = is.cell().name() + " to " + is.base().name() + ": " + figure.words() + " "
                + is.words();
        if (figure == Figure.TIME) {
            evidence += ", " + seconds(is.cell()) + " against " + seconds(is.base());
        }
        if (!is.differs() && !Figures.isQuiet(job, figure)) {
            return tooNoisy(text, evidence, job);
        }
        if (is.differs() && is.ratio().median() > 1) {
            return new Verdict(text, Finding.CONFIRMED, evidence, job.name());
        }
        return new Verdict(
                text,
                Finding.NOT_HERE,
                evidence + ". A likely reason: " + otherwise + work(is.cell(), is.base()),
                job.name());
    }

    static Verdict tooNoisy(String claim, String evidence, JobResult job) {
        return new Verdict(
                claim,
                Finding.UNDECIDED,
                evidence + ", but the machine was too noisy to tell",
                job.name());
    }

    private Optional<Comparison> pair(JobResult job) {
        return most(job, dear).flatMap(cell -> {
            Map<String, String> other = new HashMap<>(cell.varied());
            other.putAll(cheap);
            return Figures.cell(job, other).map(base -> Figures.compare(job, figure, cell, base));
        });
    }

    /** The cell with these values that shows most. */
    static Optional<CellResult> most(JobResult job, Map<String, String> values) {
        return Figures.measured(job).stream()
                .filter(cell -> cell.varied().entrySet().containsAll(values.entrySet()))
                .max(MOST);
    }

    private static String seconds(CellResult cell) {
        double median = Estimate.of(Figure.TIME.of(cell)).median();
        return median < 0.1 ? Text.number(median * 1e3) + " ms" : Text.number(median) + " s";
    }

    /** What both did for a request: where CPU time goes. */
    private static String work(CellResult cell, CellResult base) {
        return pairOf("system calls", cell, base, Claim::calls)
                + pairOf("context switches", cell, base, Claim::switches);
    }

    private static String pairOf(
            String what, CellResult cell, CellResult base, Function<CellResult, Double> count) {
        double one = count.apply(cell);
        double other = count.apply(base);
        return Double.isNaN(one) || Double.isNaN(other)
                ? ""
                : "; " + what + " for a request: " + Text.number(one) + " and "
                        + Text.number(other);
    }

    /** For a request; not a number if nobody counted them. */
    static double calls(CellResult cell) {
        Counts counts = cell.counts();
        Double calls = counts == null ? null : counts.systemCalls();
        return calls == null ? Double.NaN : calls;
    }

    private static double switches(CellResult cell) {
        List<Double> all = cell.rounds().stream()
                .map(round -> round.server())
                .map(ServerMeasures::switches)
                .filter(Objects::nonNull)
                .toList();
        return all.isEmpty() || all.contains(0.0)
                ? Double.NaN
                : Estimate.of(all).median();
    }
}
