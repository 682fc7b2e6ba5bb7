package sluice.lab;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The CPU time of a process of this machine while a load measures. */
public final class CpuProbe implements Probe {
    private final long pid;
    private ProcessStat first;
    private ProcessStat last;

    private CpuProbe(long pid, ProcessStat now) {
        this.pid = pid;
        first = now;
        last = now;
    }

    /**
     * A probe of a process.
     *
     * @throws IllegalArgumentException if there is no such process
     */
    public static CpuProbe of(long pid) {
        try {
            return new CpuProbe(pid, ProcessStat.of(pid));
        } catch (IOException e) {
            throw new IllegalArgumentException("there is no process " + pid + " here", e);
        }
    }

    @Override
    public void begin() {
        first = now();
        last = first;
    }

    @Override
    public void end() {
        last = now();
    }

    private ProcessStat now() {
        try {
            return ProcessStat.of(pid);
        } catch (IOException e) {
            throw new UncheckedIOException("the process of the server has ended", e);
        }
    }

    /** Seconds of CPU time in user mode. */
    public double user() {
        return (double) (last.userTicks() - first.userTicks()) / ProcessStat.TICKS;
    }

    /** Seconds of CPU time in the kernel. */
    public double system() {
        return (double) (last.systemTicks() - first.systemTicks()) / ProcessStat.TICKS;
    }
}
