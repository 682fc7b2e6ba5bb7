package sluice.lab.measure;

import org.jspecify.annotations.Nullable;

import sluice.lab.LoadReport;
import sluice.lab.Probe;
import sluice.lab.ProcessStat;
import sluice.lab.ServerMeasures;
import sluice.linux.ProcessCalls;

import java.io.IOException;
import java.io.UncheckedIOException;
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
    private static final String PSS = "Pss:";

    private final int pid;
    private final boolean sinceStart;
    private List<Integer> processes = List.of();
    private Look before = Look.NONE;
    private @Nullable Look after;
    private long nanosBefore;
    private long nanos;
    private @Nullable Long pss;

    /** What is counted from the start of the processes, by files of the kernel. */
    private record Look(ProcessStat stat, ProcessThreads threads) {
        static final Look NONE = new Look(new ProcessStat(0, 0, 0, 0), ProcessThreads.NONE);
    }

    private ServerProbe(int pid, boolean sinceStart) {
        this.pid = pid;
        this.sinceStart = sinceStart;
    }

    public ServerProbe(int pid) {
        this(pid, false);
    }

    /** Of a process since its start. */
    public static ServerProbe sinceStart(int pid) {
        return new ServerProbe(pid, true);
    }

    @Override
    public void prepare() {
        processes = ProcessTree.of(pid);
        before = sinceStart ? Look.NONE : look();
    }

    @Override
    public void begin() {
        nanosBefore = sinceStart ? 0 : nanosNow();
    }

    @Override
    public void end() {
        if (sinceStart) {
            processes = ProcessTree.of(pid); // It may have started others since it answers.
        }
        nanos = nanosNow() - nanosBefore;
    }

    @Override
    public void finish() {
        after = look();
        pss = pss();
    }

    /** One system call for each process. */
    private long nanosNow() {
        return processes.stream()
                .mapToLong(ProcessCalls::cpuNanos)
                .map(time -> Math.max(0, time))
                .sum();
    }

    private Look look() {
        try {
            Look sum = Look.NONE;
            for (int process : processes) {
                sum = new Look(
                        sum.stat().plus(ProcessStat.of(process)),
                        sum.threads().plus(ProcessThreads.of(process)));
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException("the server has ended", e);
        }
    }

    private @Nullable Long pss() {
        try {
            long sum = 0;
            for (int process : processes) {
                Path rollup = Path.of("/proc", Integer.toString(process), "smaps_rollup");
                sum += Files.readAllLines(rollup).stream()
                        .filter(line -> line.startsWith(PSS))
                        .mapToLong(line -> kilobytes(line) * KILO)
                        .sum();
            }
            return sum;
        } catch (IOException notAllowed) {
            return null;
        }
    }

    private static long kilobytes(String line) {
        return Long.parseLong(line.substring(PSS.length()).replace("kB", "").strip());
    }

    /** Microseconds of CPU time, of both modes; after {@link #end}. */
    public double cpuMicros() {
        return nanos / NANOS_PER_MICRO;
    }

    /** Microseconds of these that JIT compilers used; after {@link #finish}. */
    public double compilingMicros() {
        return ended().threads().compiledSince(before.threads()) / NANOS_PER_MICRO;
    }

    private Look ended() {
        return Objects.requireNonNull(after, "finish comes first");
    }

    /** Per request. The clock tells the sum exactly; ticks tell how the two modes share it. */
    public ServerMeasures perRequest(long requests) {
        double each = 1.0 / Math.max(1, requests);
        ProcessStat first = before.stat();
        ProcessStat last = ended().stat();
        double user = last.userTicks() - first.userTicks();
        double system = last.systemTicks() - first.systemTicks();
        double share = user + system == 0 ? 0 : user / (user + system);
        double micros = cpuMicros() * each;
        ProcessThreads from = before.threads();
        ProcessThreads to = ended().threads();
        return new ServerMeasures(
                new LoadReport.Cpu(micros * share, micros * (1 - share)),
                Math.max(0, to.voluntary() - from.voluntary()) * each,
                Math.max(0, to.involuntary() - from.involuntary()) * each,
                (last.minorFaults() - first.minorFaults()) * each,
                (last.majorFaults() - first.majorFaults()) * each,
                pss,
                cpuMicros() == 0 ? 0 : compilingMicros() / cpuMicros());
    }
}
