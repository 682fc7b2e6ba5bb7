package sluice.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The CPU time of a process of this machine while a load measures. */
public final class CpuProbe implements Probe {
    /** The unit of /proc/PID/stat on every architecture that Java runs on (USER_HZ). */
    private static final double TICKS_PER_SECOND = 100;
    /** Place of utime behind the name, see proc(5); stime follows. */
    private static final int UTIME = 11;

    private final Path stat;
    private double user;
    private double system;

    private CpuProbe(Path stat) {
        this.stat = stat;
    }

    /**
     * A probe of a process.
     *
     * @throws IllegalArgumentException if there is no such process
     */
    public static CpuProbe of(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.isReadable(stat)) {
            throw new IllegalArgumentException("there is no process " + pid + " here");
        }
        return new CpuProbe(stat);
    }

    @Override
    public void begin() {
        long[] ticks = ticks();
        user = -ticks[0] / TICKS_PER_SECOND;
        system = -ticks[1] / TICKS_PER_SECOND;
    }

    @Override
    public void end() {
        long[] ticks = ticks();
        user += ticks[0] / TICKS_PER_SECOND;
        system += ticks[1] / TICKS_PER_SECOND;
    }

    private long[] ticks() {
        try {
            String line = Files.readString(stat);
            // The name, in brackets, may hold spaces and brackets.
            String[] numbers = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return new long[] {Long.parseLong(numbers[UTIME]), Long.parseLong(numbers[UTIME + 1])};
        } catch (IOException e) {
            throw new UncheckedIOException("the process of the server has ended", e);
        }
    }

    /** Seconds of CPU time in user mode. */
    public double user() {
        return user;
    }

    /** Seconds of CPU time in the kernel. */
    public double system() {
        return system;
    }
}
