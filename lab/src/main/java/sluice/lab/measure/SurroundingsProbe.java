package sluice.lab.measure;

import sluice.lab.Probe;
import sluice.lab.Surroundings;
import sluice.linux.ProcessCalls;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What else a machine does while a load measures: /proc/stat tells what all processes together use,
 * and from that the time of server and client is subtracted. Processes in other containers count.
 */
public final class SurroundingsProbe implements Probe {
    private static final Path STAT = Path.of("/proc/stat");
    private static final Path CPUS = Path.of("/sys/devices/system/cpu");
    /** USER_HZ, see {@link sluice.lab.ProcessStat}. */
    private static final double TICK = 0.01;

    // Places in the line "cpu" of proc_stat(5), behind the name.
    private static final int USER = 0;
    private static final int NICE = 1;
    private static final int SYSTEM = 2;
    private static final int IRQ = 5;
    private static final int SOFTIRQ = 6;
    private static final int STEAL = 7;

    private final int server;
    private final int client = (int) ProcessHandle.current().pid();
    private final CpuQuota quota = CpuQuota.here();
    private Look before = Look.NONE;
    private Look after = Look.NONE;

    /**
     * What is counted since the machine started.
     *
     * @param at seconds of a clock
     * @param busy seconds of CPU time that processes used
     * @param ours those of server and client
     * @param stolen seconds
     * @param throttled seconds
     */
    private record Look(
            double at,
            int cpus,
            double busy,
            double ours,
            double stolen,
            double throttled,
            long hot) {
        static final Look NONE = new Look(0, 1, 0, 0, 0, 0, 0);
    }

    /** Of the machine, without the time of this process and that of a server. */
    public SurroundingsProbe(int server) {
        this.server = server;
    }

    @Override
    public void prepare() {
        before = look();
    }

    @Override
    public void finish() {
        after = look();
    }

    private Look look() {
        long ours = ProcessCalls.cpuNanos(client);
        for (int process : ProcessTree.of(server)) {
            ours += Math.max(0, ProcessCalls.cpuNanos(process));
        }
        List<String> stat = lines(STAT);
        String first = stat.isEmpty() ? "cpu 0 0 0 0 0 0 0 0" : stat.getFirst();
        return new Look(
                System.nanoTime() / 1e9,
                (int) Math.max(
                        1, stat.stream().filter(line -> line.startsWith("cpu")).count() - 1),
                busy(first) * TICK,
                ours / 1e9,
                ticks(first)[STEAL] * TICK,
                quota.throttledSeconds(),
                hot());
    }

    private static long[] ticks(String line) {
        String[] fields = line.split(" +");
        long[] ticks = new long[fields.length - 1];
        for (int i = 0; i < ticks.length; i++) {
            ticks[i] = Long.parseLong(fields[i + 1]);
        }
        return ticks;
    }

    /**
     * Ticks of processes. A kernel that measures the time of interrupts (which the others show as
     * 0, since a tick does not arrive in an interrupt) charges them to no process; the others do.
     */
    static long busy(String line) {
        long[] ticks = ticks(line);
        return ticks[USER] + ticks[NICE] + ticks[SYSTEM] + (ticks[IRQ] == 0 ? ticks[SOFTIRQ] : 0);
    }

    /** How often CPUs slowed down since the machine started. */
    private static long hot() {
        long count = 0;
        try (DirectoryStream<Path> cpus = Files.newDirectoryStream(CPUS, "cpu[0-9]*")) {
            for (Path cpu : cpus) {
                for (String line : lines(cpu.resolve("thermal_throttle/core_throttle_count"))) {
                    count += Long.parseLong(line.strip());
                }
            }
        } catch (IOException none) {
            return 0;
        }
        return count;
    }

    /** Empty where there is no such file. */
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException notHere) {
            return List.of();
        }
    }

    /** After {@link #finish}. */
    public Surroundings found() {
        double time = Math.max(TICK, after.at - before.at) * after.cpus;
        double others = (after.busy - before.busy) - (after.ours - before.ours);
        return new Surroundings(
                Math.max(0, others) / time,
                (after.stolen - before.stolen) / time,
                (after.throttled - before.throttled) / time,
                after.hot - before.hot);
    }
}
