package sluice.lab.report;

import sluice.lab.CellResult;
import sluice.lab.Estimate;
import sluice.lab.Figure;
import sluice.lab.JobResult;
import sluice.lab.LabResults;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds cells, and says by how much they differ. */
final class Figures {
    /**
     * Two cells of a job.
     *
     * @param moved see {@link JobResult#movesWork}
     */
    record Comparison(
            CellResult cell, CellResult base, Estimate ratio, boolean differs, boolean moved) {
        /** As "1.67 times (1.52 to 2.13)", and whether the work only moved. */
        String words() {
            return ratioWords()
                    + (differs && moved ? ", with the client's share no difference" : "");
        }

        /** The same without the work that moved. */
        String ratioWords() {
            return differs
                    ? Text.number(ratio.median()) + " times (" + Text.number(ratio.low()) + " to "
                            + Text.number(ratio.high()) + ")"
                    : "no difference";
        }
    }

    /** Of a job whose noise is above this, an absent difference says nothing. */
    private static final double NOISE_MAX = 0.25;

    private Figures() {}

    /** Whether a job can tell that two cells are alike in a figure. */
    static boolean isQuiet(JobResult job, Figure figure) {
        Double noise = job.noise(figure);
        return noise != null && noise <= NOISE_MAX && job.disturbance() == null;
    }

    static Optional<JobResult> job(LabResults results, String name) {
        return results.jobs().stream().filter(job -> job.name().equals(name)).findFirst();
    }

    static List<CellResult> measured(JobResult job) {
        return job.cells().stream()
                .filter(cell -> cell.outcome() == CellResult.Outcome.MEASURED)
                .filter(cell -> !cell.rounds().isEmpty())
                .toList();
    }

    /** Whether its server waits for a disk or for a handler, and uses no CPU time meanwhile. */
    static boolean waits(CellResult cell) {
        return cell.settings().cold() || cell.settings().block() > 0;
    }

    /** The cell with these values, if it was measured. */
    static Optional<CellResult> cell(JobResult job, Map<String, String> values) {
        return measured(job).stream()
                .filter(cell -> cell.varied().entrySet().containsAll(values.entrySet()))
                .findFirst();
    }

    /** By CPU time. */
    static Comparison compare(JobResult job, CellResult cell, CellResult base) {
        return compare(job, Figure.CPU, cell, base);
    }

    static Comparison compare(JobResult job, Figure figure, CellResult cell, CellResult base) {
        Estimate ratio = Estimate.ofRatios(figure.of(cell), figure.of(base));
        boolean differs = job.disturbance() == null && ratio.differs(job.noise(figure));
        return new Comparison(
                cell, base, ratio, differs, figure == Figure.CPU && job.movesWork(cell, base));
    }
}
