package sluice.lab;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What was found for a job.
 *
 * @param axes names of the settings that vary
 * @param noise by how much CPU time per request of the first cell differs from that of the same
 *     cell set up a second time, as a share: what is closer is no difference; null if unknown
 * @param timeNoise the same of the time that an answer took; null if unknown, and in results of
 *     earlier versions
 * @param p99Noise the same of the latency that 1 of 100 requests exceeds; null as above
 * @param memoryNoise by how many bytes the memory of these two servers differs; null as above
 * @param seconds how long a round lasted at least; null in results of earlier versions
 * @param cells the first is what the others are compared with
 */
public record JobResult(
        String name,
        String question,
        List<String> axes,
        @Nullable Double noise,
        @Nullable Double timeNoise,
        @Nullable Double p99Noise,
        @Nullable Long memoryNoise,
        @Nullable Double seconds,
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

    /** By how much a figure of two servers differs that are the same; null if unknown. */
    public @Nullable Double noise(Figure figure) {
        return switch (figure) {
            case CPU -> noise;
            case TIME -> timeNoise;
            case P99 -> p99Noise;
        };
    }

    /**
     * Whether two cells differ in CPU time per request of the server, but no longer with that of
     * the client, which then does what one of the servers need not do.
     */
    public boolean movesWork(CellResult cell, CellResult base) {
        Estimate server = Estimate.ofRatios(Figure.CPU.of(cell), Figure.CPU.of(base));
        Estimate both = Estimate.ofRatios(cell.cpuOfBoth(), base.cpuOfBoth());
        return disturbance() == null && server.differs(noise) && !both.differs(noise);
    }

    /** Whether a cell that should have run did not. */
    public boolean hasFailed() {
        return cells.stream().anyMatch(cell -> cell.outcome() == CellResult.Outcome.FAILED);
    }
}
