package sluice.lab.job;

import org.jspecify.annotations.Nullable;

import sluice.lab.BufferPrice;
import sluice.lab.CellResult;
import sluice.lab.Environment;
import sluice.lab.Estimate;
import sluice.lab.Figure;
import sluice.lab.Job;
import sluice.lab.JobResult;
import sluice.lab.LabListener;
import sluice.lab.LabPlan;
import sluice.lab.LabResults;
import sluice.lab.PeerUsed;
import sluice.lab.Settings;
import sluice.lab.Traffic;
import sluice.lab.measure.BufferPriceProbe;
import sluice.lab.measure.CpuQuota;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One run of the lab. The servers of a job run all at the same time, and each round gives every
 * cell its turn, in an order that moves on by one: what disturbs the machine disturbs all cells.
 */
public final class LabRun {
    private static final double WARM_UP_PART = WarmUpParts.TIME.toMillis() / 1e3;

    private final LabPlan plan;
    private final LabListener listener;
    private final long begun = System.nanoTime();
    private final Map<String, PeerUsed> peers = new TreeMap<>();
    private final TimeLeft left;

    public LabRun(LabPlan plan, LabListener listener) {
        this.plan = plan;
        left = new TimeLeft(plan);
        this.listener = listener;
    }

    /** See {@link sluice.lab.Lab#environment}. */
    public static Environment environment(@Nullable Traffic traffic) {
        return environment(Pinning.begin(), traffic);
    }

    private static Environment environment(Pinning pinning, @Nullable Traffic traffic) {
        Environment here = Environment.here()
                .with("processors", Integer.toString(Pinning.all().count()))
                .with("pinning", pinning.words())
                .with("threads per core", Integer.toString(Pinning.all().threadsPerCore()))
                .with("CPU quota", CpuQuota.here().words())
                .with("JVM options", ServerProcess.optionsTold());
        return traffic == null
                ? here.withFileSystemOf(SiteFiles.PARENT)
                : here.withFileSystemOf(traffic.root()).with("traffic", traffic.mark());
    }

    /** See {@link sluice.lab.Lab#run}. */
    public LabResults run() throws IOException {
        String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Pinning pinning = Pinning.begin();
        Environment environment = environment(pinning, plan.traffic());
        List<JobResult> results = new ArrayList<>();
        @Nullable BufferPrice buffers = null;
        try (SiteFiles files = new SiteFiles(plan.traffic())) {
            for (Job job : plan.jobs()) {
                if (!isInterrupted() && job.name().equals("buffers")) {
                    buffers = new BufferPriceProbe().measure();
                }
                if (!isInterrupted()) {
                    results.add(run(job, files, pinning));
                }
            }
        }
        return new LabResults(
                LabResults.SCHEMA,
                Objects.requireNonNullElse(
                        LabRun.class.getModule().getDescriptor() == null
                                ? null
                                : LabRun.class
                                        .getModule()
                                        .getDescriptor()
                                        .rawVersion()
                                        .orElse(null),
                        "unknown"),
                started,
                seconds(begun),
                !isInterrupted(),
                plan.timing(),
                environment,
                List.copyOf(peers.values()),
                results,
                buffers,
                plan.traffic() == null ? List.of() : plan.traffic().pages());
    }

    private JobResult run(Job job, SiteFiles files, Pinning pinning) throws IOException {
        List<Job.Cell> cells = job.cells(plan.full());
        Map<PlannedTime.Part, Double> planned = PlannedTime.of(job, plan);
        listener.begins(job, cells.size(), left.seconds(planned));
        long starting = System.nanoTime();
        List<Arm> arms = new ArrayList<>();
        cells.forEach(cell -> arms.add(new Arm(cell, files)));
        Map<Settings.OfServer, Started> servers = new HashMap<>();
        @Nullable Started second = null;
        Arm first;
        Arm again;
        try {
            for (Arm arm : arms) {
                if (isInterrupted()) {
                    break;
                }
                servers.computeIfAbsent(
                                arm.cell().settings().server(), s -> start(s, files, pinning))
                        .giveTo(arm, starter(arm.cell(), files, pinning));
            }
            // The first cell once more, on a server of its own: what equals differ by is noise.
            first = arms.stream().filter(Arm::isRunning).findFirst().orElse(arms.getFirst());
            again = new Arm(first.cell(), files);
            second = start(again.cell().settings().server(), files, pinning);
            second.giveTo(again, starter(again.cell(), files, pinning));
            arms.add(again);
            double starts = Objects.requireNonNull(planned.get(PlannedTime.Part.START));
            left.used(PlannedTime.Part.START, starts, seconds(starting));
            measure(job, arms, cells.size());
        } finally {
            servers.values().forEach(Started::close);
            if (second != null) {
                second.close();
            }
        }
        arms.remove(again);
        JobResult result = new JobResult(
                job.name(),
                job.question(),
                List.copyOf(job.axes(plan.full()).keySet()),
                noise(Figure.CPU, first, again),
                noise(Figure.TIME, first, again),
                noise(Figure.P99, first, again),
                memoryNoise(first.result(), again.result()),
                plan.timing().roundTime(job).toMillis() / 1e3,
                arms.stream().map(Arm::result).toList());
        listener.ended(result);
        return result;
    }

    private void measure(Job job, List<Arm> arms, int cells) {
        warmUp(job, arms);
        int rounds = plan.timing().rounds(job);
        for (int round = 0; round < rounds && !isInterrupted(); round++) {
            for (int i = 0; i < arms.size() && !isInterrupted(); i++) {
                Arm arm = arms.get((i + round) % arms.size());
                String name = "round " + (round + 1) + " of " + rounds;
                double planned = PlannedTime.round(job, arm.cell().settings(), plan);
                timed(job, arm, name, PlannedTime.Part.ROUND, planned, () -> {
                    arm.measure(plan.timing().roundTime(job), begun);
                });
            }
        }
        for (int i = 0; i < cells && !isInterrupted(); i++) {
            Arm arm = arms.get(i);
            double planned = PlannedTime.counting();
            timed(job, arm, "counting", PlannedTime.Part.COUNTING, planned, arm::count);
        }
    }

    /**
     * In turns, too: a server that has been idle for some seconds runs code that it did not run
     * before, and the JIT compilers begin again.
     */
    private void warmUp(Job job, List<Arm> arms) {
        arms.forEach(Arm::check);
        Deque<Arm> cold = new ArrayDeque<>(arms);
        while (!cold.isEmpty() && !isInterrupted()) {
            Arm arm = cold.remove();
            double rest = Math.max(
                    0,
                    PlannedTime.warmUp(job, arm.cell().settings(), plan)
                            - arm.warmUpParts() * WARM_UP_PART);
            if (!arm.isRunning()) {
                left.dropped(PlannedTime.Part.WARM_UP, rest);
            } else if (arm.isWarm(plan.timing().warmUpMost(job))) {
                left.used(PlannedTime.Part.WARM_UP, rest, 0);
            } else {
                timed(job, arm, "warming up", PlannedTime.Part.WARM_UP, WARM_UP_PART, arm::warmUp);
                cold.add(arm);
            }
        }
    }

    /** Does a step, and takes the time: a cell without figures takes none. */
    private void timed(
            Job job, Arm arm, String what, PlannedTime.Part part, double planned, Runnable step) {
        double after = left.seconds();
        double before = seconds(begun);
        String cell = String.join(", ", arm.cell().varied().values());
        listener.step(job.name() + ": " + cell + ", " + what, before / (before + after), after);
        boolean wasRunning = arm.isRunning();
        long since = System.nanoTime();
        step.run();
        if (wasRunning) {
            left.used(part, planned, seconds(since));
        } else {
            left.dropped(part, planned);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static @Nullable Double noise(Figure figure, Arm first, Arm again) {
        if (!first.isRunning() || !again.isRunning()) {
            return null;
        }
        List<Double> one = figure.of(first.result());
        List<Double> two = figure.of(again.result());
        if (one.size() < 2 || two.size() < 2) {
            return null;
        }
        Estimate ratio = Estimate.ofRatios(two, one);
        return Math.max(Math.abs(ratio.low() - 1), Math.abs(ratio.high() - 1));
    }

    private static @Nullable Long memoryNoise(CellResult first, CellResult again) {
        OptionalLong one = first.leastMemory();
        OptionalLong two = again.leastMemory();
        return one.isPresent() && two.isPresent()
                ? Math.abs(one.getAsLong() - two.getAsLong())
                : null;
    }

    /** A server, or why there is none; nothing at all if the lab was to end meanwhile. */
    private record Started(
            @Nullable ServerProcess server,
            @Nullable String refusal,
            @Nullable String failure) implements AutoCloseable {
        void giveTo(Arm arm, Arm.Starter another) {
            if (server != null && arm.cell().settings().first() > 0) {
                arm.useFresh(another);
            } else if (server != null) {
                arm.use(server);
            } else if (refusal != null) {
                arm.skip(refusal);
            } else if (failure != null) {
                arm.fail(failure);
            }
        }

        @Override
        public void close() {
            if (server != null) {
                server.close();
            }
        }
    }

    private static Arm.Starter starter(Job.Cell cell, SiteFiles files, Pinning pinning) {
        return () -> ServerProcess.start(cell.settings().server(), files.root(), pinning);
    }

    private Started start(Settings.OfServer settings, SiteFiles files, Pinning pinning) {
        try {
            ServerProcess server = ServerProcess.start(settings, files.root(), pinning);
            if (server.peer() != null) {
                peers.put(settings.engine(), server.peer());
            }
            return new Started(server, null, null);
        } catch (ServerProcess.Refused refused) {
            return new Started(null, refused.getMessage(), null);
        } catch (IOException e) {
            String failure = isInterrupted() ? null : String.valueOf(e.getMessage());
            return new Started(null, null, failure);
        }
    }

    private static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }
}
