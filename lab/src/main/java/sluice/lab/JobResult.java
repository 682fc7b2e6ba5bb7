package sluice.lab;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What was found for a job.
 *
 * @param axes names of the settings that vary
 * @param noise by how much CPU time per request of the first cell differs from that of the same
 *     cell set up a second time, as a share: what is closer is no difference; null if unknown
 * @param cells the first is what the others are compared with
 */
public record JobResult(
        String name,
        String question,
        List<String> axes,
        @Nullable Double noise,
        List<CellResult> cells) {
    public JobResult {
        axes = List.copyOf(axes);
        cells = List.copyOf(cells);
    }

    /**
     * What else the machine did meanwhile, in words; null if nothing that matters. If there is
     * something, no difference of the job can be trusted.
     */
    public @Nullable String disturbance() {
        String found = Disturbance.of(cells);
        return found.isEmpty() ? null : found;
    }

    /**
     * Whether two cells differ in CPU time per request of the server, but no longer with that of
     * the client, which then does what one of the servers need not do.
     */
    public boolean movesWork(CellResult cell, CellResult base) {
        Estimate server = Estimate.ofRatios(cell.cpuOfRounds(), base.cpuOfRounds());
        Estimate both = Estimate.ofRatios(cell.cpuOfBoth(), base.cpuOfBoth());
        return disturbance() == null && server.differs(noise) && !both.differs(noise);
    }

    /** Whether a cell that should have run did not. */
    public boolean hasFailed() {
        return cells.stream().anyMatch(cell -> cell.outcome() == CellResult.Outcome.FAILED);
    }
}
