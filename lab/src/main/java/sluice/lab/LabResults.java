package sluice.lab;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One run of the lab: what results.json holds.
 *
 * @param schema the version of this form
 * @param sluice version of Sluice
 * @param started ISO 8601, UTC
 * @param seconds how long it took
 * @param complete false if it was ended early: the figures that are there are right
 * @param settings how it measured
 * @param peers the other servers that it measured
 * @param buffers what buffers cost, if the job of that name ran
 * @param traffic what was asked for in all rounds, if some was replayed; empty: what the settings
 *     of each cell say
 */
public record LabResults(
        int schema,
        String sluice,
        String started,
        double seconds,
        boolean complete,
        LabPlan.Timing settings,
        Environment environment,
        List<PeerUsed> peers,
        List<JobResult> jobs,
        @Nullable BufferPrice buffers,
        List<Traffic.Page> traffic) {
    /** Changes when a member changes its meaning or goes. */
    public static final int SCHEMA = 1;

    public LabResults {
        // Results of earlier versions have none.
        peers = peers == null ? List.of() : List.copyOf(peers);
        jobs = List.copyOf(jobs);
        traffic = traffic == null ? List.of() : List.copyOf(traffic);
    }
}
