package sluice.lab;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What was found in one cell of a job.
 *
 * @param varied the settings in which the cells of the job differ, by name
 * @param settings all of them
 * @param outcome whether there are figures
 * @param reason why there are none, or null
 * @param warmUp what came before the rounds, or null
 * @param rounds each measured the same; empty if there are no figures
 * @param counts what was counted after the rounds, or null
 * @param roundsBefore those of a cell that failed, until it did and with the one in which it did:
 *     they are no result; empty in results of earlier versions
 * @param repeated how many rounds were measured again, because something else took the machine;
 *     null in results of earlier versions
 */
public record CellResult(
        Map<String, String> varied,
        Settings settings,
        Outcome outcome,
        @Nullable String reason,
        @Nullable WarmUp warmUp,
        List<Round> rounds,
        @Nullable Counts counts,
        List<Round> roundsBefore,
        @Nullable Integer repeated) {
    /** Of CPU time: what is less is within the noise. */
    private static final double COMPILING_MOST = 0.05;

    /** Whether a cell has figures. */
    public enum Outcome {
        MEASURED,
        /** This machine cannot run it. */
        SKIPPED,
        /** It should have run, and did not. */
        FAILED
    }

    public CellResult {
        rounds = List.copyOf(rounds);
        roundsBefore = roundsBefore == null ? List.of() : List.copyOf(roundsBefore);
    }

    /** One that did not fail after some rounds, and in which none was measured again. */
    public CellResult(
            Map<String, String> varied,
            Settings settings,
            Outcome outcome,
            @Nullable String reason,
            @Nullable WarmUp warmUp,
            List<Round> rounds,
            @Nullable Counts counts) {
        this(varied, settings, outcome, reason, warmUp, rounds, counts, List.of(), 0);
    }

    /** CPU time per request of each round in microseconds, in both modes. */
    public List<Double> cpuOfRounds() {
        return rounds.stream().map(round -> round.server().cpu().total()).toList();
    }

    /** The same with the CPU time of the client: what one saves, the other may have to do. */
    public List<Double> cpuOfBoth() {
        return rounds.stream()
                .map(round -> round.server().cpu().total() + round.load().clientCpu())
                .toList();
    }

    /**
     * Whether the server was what it will be: its warm-up came to an end, and JIT compilers used at
     * most {@link #COMPILING_MOST} of its CPU time while it was measured.
     */
    public boolean wasWarm() {
        List<Double> compiling = rounds.stream()
                .map(round -> round.server().compiling())
                .filter(Objects::nonNull)
                .toList();
        // A process that is measured from its start is meant to be cold.
        return settings.first() > 0
                || (warmUp == null || warmUp.flat())
                        && (compiling.isEmpty()
                                || Estimate.of(compiling).median() <= COMPILING_MOST);
    }

    /** The settings that differ, as a name for people. */
    public String name() {
        return varied.isEmpty() ? "default" : String.join(", ", varied.values());
    }

    /**
     * The warm-up of a cell.
     *
     * @param seconds how long it took
     * @param flat whether CPU time per request stopped to fall before the limit
     * @param firstCpu microseconds per request in its first part
     * @param lastCpu the same in its last part
     * @param requests how many were answered; null in results of earlier versions
     * @param cpu seconds that the server's process used for these; null as above
     * @param compiling seconds of these that the JIT compilers of its JVM used; null as above
     */
    public record WarmUp(
            double seconds,
            boolean flat,
            double firstCpu,
            double lastCpu,
            @Nullable Long requests,
            @Nullable Double cpu,
            @Nullable Double compiling) {}

    /**
     * One measurement.
     *
     * @param at seconds since the lab began
     * @param load what the clients found
     * @param server what was seen of the server's process meanwhile
     * @param surroundings what else happened on the machine
     * @param start seconds from the start of a fresh process to the end of its last answer; null if
     *     it was running before, and in results of earlier versions
     */
    public record Round(
            double at,
            LoadReport load,
            ServerMeasures server,
            Surroundings surroundings,
            @Nullable Double start) {}

    /** Bytes of its server's memory, the least of its rounds; none if it is not known. */
    public OptionalLong leastMemory() {
        return rounds.stream()
                .map(round -> round.server().pss())
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .min();
    }
}
