package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import sluice.lab.Job;
import sluice.lab.JobResult;
import sluice.lab.Jobs;
import sluice.lab.Lab;
import sluice.lab.LabDiff;
import sluice.lab.LabFiles;
import sluice.lab.LabPlan;
import sluice.lab.LabResults;
import sluice.lab.LabTable;
import sluice.lab.Reach;
import sluice.lab.Traffic;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Options of whatever runs the lab, and the run. */
final class LabOptions {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    /** As {@code doctor --calibrate} takes by itself. */
    private static final Duration CALIBRATION = Duration.ofSeconds(10);

    @Option(names = "--job", paramLabel = "FILE", description = "run a job of your own")
    private List<Path> jobs = List.of();

    @Option(
            names = "--full",
            description = "vary all that a job can vary, with longer and more rounds")
    private boolean full;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "rounds of each cell (default: 5; full: 9)")
    private @Nullable Integer rounds;

    @Option(
            names = {"--save", "--out"},
            paramLabel = "DIR",
            description = "where results go (default: sluice-lab-TIME)")
    private @Nullable Path out;

    @Option(
            names = "--against",
            paramLabel = "DIR",
            description = "compare with the results of an earlier run")
    private @Nullable Path against;

    @Mixin
    private FailOver failOver = new FailOver();

    @Option(
            names = "--reach",
            paramLabel = "FILE",
            description = "limits for ratios to the first cell, as lab/reach.toml: exit with 3 if a"
                    + " whole 95 %% interval is above its limit, or a cell was not measured")
    private @Nullable Path reach;

    @Option(
            names = "--keep",
            description = "measure at the end up to which size auto should send files from memory,"
                    + " and store that for `sluice serve`, as `sluice doctor --calibrate` does")
    private boolean keep;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    private CommandLine command() {
        return Objects.requireNonNull(spec).commandLine();
    }

    /**
     * Runs jobs of the lab and those of the user.
     *
     * @param named jobs of the lab that the user named
     * @param otherwise those to run if the user named none
     * @param more those of a full run besides
     * @param recorded reads what to replay, if anything
     * @return the exit code
     */
    int run(
            List<String> named,
            List<String> otherwise,
            List<String> more,
            @Nullable Recorded recorded)
            throws IOException {
        try {
            return measure(named, otherwise, more, recorded);
        } catch (LabDiff.Incomparable e) {
            throw new ParameterException(command(), against + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command(), String.valueOf(e.getMessage()), e);
        } catch (NoSuchFileException e) {
            throw new ParameterException(command(), Failures.inWords(e), e);
        }
    }

    /** Traffic that was recorded. */
    interface Recorded {
        /**
         * Reads it.
         *
         * @throws IllegalArgumentException if it cannot be replayed
         */
        Traffic read() throws IOException;
    }

    private int measure(
            List<String> named,
            List<String> otherwise,
            List<String> more,
            @Nullable Recorded recorded)
            throws IOException, LabDiff.Incomparable {
        PrintWriter text = command().getOut();
        @Nullable Traffic traffic = recorded == null ? null : recorded.read();
        List<String> unnamed = Stream.concat(otherwise.stream(), more.stream().filter(_ -> full))
                .toList();
        LabPlan plan = plan(named.isEmpty() && jobs.isEmpty() ? unnamed : named, traffic);
        if (failOver.isGiven() && against == null) {
            throw new IllegalArgumentException("--fail-over needs --against");
        }
        failOver.threshold(command());
        @Nullable Reach limits = reach == null ? null : Reach.in(reach);
        LabResults base = base(plan);
        if (traffic != null) {
            text.println(traffic.words());
        }
        Path directory =
                out == null ? Path.of("sluice-lab-" + STAMP.format(LocalDateTime.now())) : out;
        if (against != null && directory.normalize().equals(against.normalize())) {
            throw new IllegalArgumentException("--out " + directory + " would overwrite --against");
        }
        LabFiles.prepare(directory);
        Signals.Ended ended = Signals.interrupt(Thread.currentThread());
        LabResults results;
        PrintWriter log = command().getErr();
        try (LabLine line = LabLine.at(System.console(), System.err, log, text)) {
            line.plan(plan);
            results = Lab.run(plan, line);
        }
        Thread.interrupted(); // Ctrl-C ended the measurement, not what follows.
        List<Path> files = LabFiles.write(results, directory);
        text.printf(
                "%s in %.0f s; open %s, figures are in %s%n",
                results.complete() ? "done" : "ended early",
                results.seconds(),
                files.getLast(),
                files.getFirst());
        Lab.advice(results).forEach(line -> text.print(LabTable.wrapped(line)));
        // The one advice that no job gives: --keep measures it.
        Path calibration = Calibration.file();
        text.print(LabTable.wrapped(
                Calibration.choose(calibration, Machine.here()).told(calibration) + "."));
        text.flush();
        if (keep && results.complete()) {
            text.println();
            Calibrator.run(text, CALIBRATION, Calibration.file());
        }
        if (!results.complete()) {
            return ended.code(Exit.FAILED);
        }
        boolean failed = results.jobs().stream().anyMatch(JobResult::hasFailed);
        int code = failed ? Exit.FAILED : Exit.OK;
        if (limits != null) {
            code = Math.max(code, reached(limits, results));
        }
        return base == null ? code : Math.max(code, failOver.compare(base, results, command()));
    }

    private int reached(Reach limits, LabResults results) {
        List<Reach.Row> rows = limits.rows(results);
        command().getOut().print(Reach.text(rows));
        return rows.stream().anyMatch(Reach.Row::isMissed) ? Exit.WORSE : Exit.OK;
    }

    private LabPlan plan(List<String> names, @Nullable Traffic traffic) throws IOException {
        List<Job> all = new ArrayList<>();
        for (String name : names) {
            all.addAll(Jobs.builtIn(name));
        }
        for (Path file : jobs) {
            all.addAll(Jobs.in(file));
        }
        if (rounds != null) {
            all.replaceAll(Job::withoutRounds);
        }
        LabPlan.Timing timing = full ? LabPlan.Timing.FULL : LabPlan.Timing.TOUR;
        return new LabPlan(all, full, rounds == null ? timing : timing.withRounds(rounds), traffic);
    }

    /** Refuses before the measurement what could not be compared after it. */
    private @Nullable LabResults base(LabPlan plan) throws IOException, LabDiff.Incomparable {
        if (against == null) {
            return null;
        }
        LabResults base = LabFiles.read(against);
        LabDiff.requireUseful(base, Lab.environment(plan.traffic()), plan);
        return base;
    }
}
