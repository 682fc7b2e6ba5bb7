package sluice.lab.measure;

import org.jspecify.annotations.Nullable;

import sluice.lab.LoadReport;
import sluice.lab.Probe;
import sluice.lab.ProcessStat;
import sluice.lab.ServerMeasures;
import sluice.linux.ProcessCalls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What a process and its descendants use while a load measures, from clock_gettime(2) and proc(5).
 * The time of a descendant that ended before the end is lost.
 */
public final class ServerProbe implements Probe {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final int KILO = 1_024;

    private final int pid;
    private @Nullable Look before;
    private @Nullable Look after;
    private @Nullable Long pss;

    /**
     * What is counted from the start of the process.
     *
     * @param nanos of CPU time
     */
    private record Look(long nanos, ProcessStat stat, Switches switches) {
        static final Look NONE = new Look(0, new ProcessStat(0, 0, 0, 0), new Switches(0, 0));
    }

    private record Switches(long voluntary, long involuntary) {
        Switches plus(Switches other) {
            return new Switches(voluntary + other.voluntary, involuntary + other.involuntary);
        }
    }

    public ServerProbe(int pid) {
        this.pid = pid;
    }

    private ServerProbe(int pid, Look begun) {
        this.pid = pid;
        before = begun;
    }

    /** Of a process since its start. */
    public static ServerProbe sinceStart(int pid) {
        return new ServerProbe(pid, Look.NONE);
    }

    @Override
    public void begin() {
        before = Look.NONE.equals(before) ? before : look();
        after = null;
    }

    @Override
    public void end() {
        after = look();
        pss = pss();
    }

    private Look look() {
        try {
            Look sum = Look.NONE;
            for (int process : ProcessTree.of(pid)) {
                sum = sum(sum, process);
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException("the server has ended", e);
        }
    }

    private static Look sum(Look sum, int process) throws IOException {
        long nanos = ProcessCalls.cpuNanos(process);
        if (nanos < 0) {
            throw new IOException("there is no process " + process);
        }
        return new Look(
                sum.nanos() + nanos,
                sum.stat().plus(ProcessStat.of(process)),
                sum.switches().plus(switches(proc(process))));
    }

    private static Path proc(int process) {
        return Path.of("/proc", Integer.toString(process));
    }

    /** Of all threads that live now. */
    private static Switches switches(Path proc) throws IOException {
        long voluntary = 0;
        long involuntary = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(proc.resolve("task"))) {
            for (Path thread : threads) {
                for (String line : status(thread)) {
                    voluntary += count(line, "voluntary_ctxt_switches:");
                    involuntary += count(line, "nonvoluntary_ctxt_switches:");
                }
            }
        }
        return new Switches(voluntary, involuntary);
    }

    /** Nothing of a thread that has ended meanwhile, as one for each connection does. */
    private static List<String> status(Path thread) {
        try {
            return Files.readAllLines(thread.resolve("status"));
        } catch (IOException ended) {
            return List.of();
        }
    }

    private static long count(String line, String name) {
        return line.startsWith(name)
                ? Long.parseLong(line.substring(name.length()).replace("kB", "").strip())
                : 0;
    }

    private @Nullable Long pss() {
        try {
            long sum = 0;
            for (int process : ProcessTree.of(pid)) {
                sum += Files.readAllLines(proc(process).resolve("smaps_rollup")).stream()
                        .mapToLong(line -> count(line, "Pss:") * KILO)
                        .sum();
            }
            return sum;
        } catch (IOException notAllowed) {
            return null;
        }
    }

    /** Microseconds of CPU time so far, of both modes; after {@link #end}. */
    public double cpuMicros() {
        Look first = begun();
        Look last = ended();
        return (last.nanos() - first.nanos()) / NANOS_PER_MICRO;
    }

    private Look begun() {
        return Objects.requireNonNull(before, "begin comes first");
    }

    private Look ended() {
        return Objects.requireNonNull(after, "end comes first");
    }

    /** Per request. The clock tells the sum exactly; ticks tell how the two modes share it. */
    public ServerMeasures perRequest(long requests) {
        double each = 1.0 / Math.max(1, requests);
        ProcessStat first = begun().stat();
        ProcessStat last = ended().stat();
        double user = last.userTicks() - first.userTicks();
        double system = last.systemTicks() - first.systemTicks();
        double share = user + system == 0 ? 0 : user / (user + system);
        double micros = cpuMicros() * each;
        Switches from = begun().switches();
        Switches to = ended().switches();
        return new ServerMeasures(
                new LoadReport.Cpu(micros * share, micros * (1 - share)),
                Math.max(0, to.voluntary() - from.voluntary()) * each,
                Math.max(0, to.involuntary() - from.involuntary()) * each,
                (last.minorFaults() - first.minorFaults()) * each,
                (last.majorFaults() - first.majorFaults()) * each,
                pss);
    }
}
