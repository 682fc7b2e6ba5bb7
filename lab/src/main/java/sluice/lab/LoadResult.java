package sluice.lab;

import java.util.List;
import java.util.Map;

/**
 * What a load found.
 *
 * @param seconds how long it measured
 * @param responses complete and right
 * @param bodyBytes of these, without heads
 * @param errors requests without a right answer, by reason; reasons that did not occur are absent
 * @param statuses answers by status: those that are responses, and those that were not right
 * @param reconnects connections that the server closed after an answer, and that were opened again
 * @param unsent requests that were due in an open loop, and found no idle connection to the end
 * @param asSent from sending a request to the end of its answer
 * @param asIntended from the time when the request was due; in a closed loop the same
 * @param loopCpu share of one CPU that the busiest loop of this client used
 * @param clientCpuSeconds CPU time of this whole process, compilers included
 * @param perSecond what happened in each second
 * @param complete false if it was ended early: the figures that are there are right
 */
public record LoadResult(
        double seconds,
        long responses,
        long bodyBytes,
        Map<LoadError, Long> errors,
        Map<Integer, Long> statuses,
        long reconnects,
        long unsent,
        Latency asSent,
        Latency asIntended,
        double loopCpu,
        double clientCpuSeconds,
        List<LoadSecond> perSecond,
        boolean complete) {
    /** Above this share of a CPU the figure may be the client's ceiling, not the server's. */
    public static final double CEILING = 0.8;

    public LoadResult {
        errors = Map.copyOf(errors);
        statuses = Map.copyOf(statuses);
        perSecond = List.copyOf(perSecond);
    }

    /** Responses per second. */
    public double rate() {
        return responses / seconds;
    }

    /** Requests without a right answer. */
    public long failed() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }
}
