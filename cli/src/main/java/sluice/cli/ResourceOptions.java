package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.io.Limits;
import sluice.io.Machinery;
import sluice.server.MemoryPlan;
import sluice.server.ProcessBudget;
import sluice.server.ProcessFacts;

import java.time.Duration;

/** Options for how much of the machine the server takes. */
final class ResourceOptions {
    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "memory of the whole process that buffers, connections and loops are"
                    + " planned with, e.g. 512M (default: what the machine and its control groups"
                    + " allow; `sluice doctor` shows it, and what follows from it)")
    private @Nullable Long memory;

    @Option(
            names = "--cache",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "memory for small files (default: a quarter of the Java heap, at most"
                    + " 64M)")
    private @Nullable Long cache;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "most connections; the next client gets the place of the one that is"
                    + " idle longest (default: 16384, or what descriptors and memory allow)")
    private @Nullable Integer connections;

    @Option(
            names = "--drain-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "seconds that open responses may take to finish after SIGTERM,"
                    + " SIGQUIT or Ctrl-C (default: ${DEFAULT-VALUE})")
    private int drainSeconds;

    /**
     * How long open responses may take to finish.
     *
     * @throws IllegalArgumentException for a time that cannot be
     */
    Duration drainTimeout() {
        if (drainSeconds < 0) {
            throw new IllegalArgumentException(
                    "--drain-timeout must be 0 or more, not " + drainSeconds);
        }
        return Duration.ofSeconds(drainSeconds);
    }

    /**
     * How much memory the server plans with.
     *
     * @throws IllegalArgumentException for an impossible number
     */
    MemoryPlan memory() {
        MemoryPlan plan = MemoryPlan.defaults();
        if (memory != null) {
            plan = plan.withTotal(memory);
        }
        return cache == null ? plan : plan.withCache(cache);
    }

    /**
     * The limits, which this process can keep.
     *
     * @throws IllegalArgumentException for a number that cannot be, with the bound
     */
    Limits limits(Machinery machinery) {
        Limits limits = Limits.defaults();
        if (connections == null) {
            return limits;
        }
        Limits wanted = limits.withConnections(connections);
        int most = ProcessBudget.of(ProcessFacts.read(), machinery, wanted, memory())
                .connections();
        if (most < connections) {
            throw new IllegalArgumentException("--max-connections must be at most " + most
                    + " here, not " + connections + ": descriptors (ulimit -n), memory and threads"
                    + " of this process allow no more");
        }
        return wanted;
    }
}
