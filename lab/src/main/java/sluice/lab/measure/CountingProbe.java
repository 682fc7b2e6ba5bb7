package sluice.lab.measure;

import org.jspecify.annotations.Nullable;

import sluice.lab.Counts;
import sluice.lab.Probe;

import java.io.IOException;

/**
 * Counts what it would disturb a round to count: while system calls are counted, each takes some
 * 130 ns more (getppid: 180 ns, then 310).
 */
public final class CountingProbe implements Probe, AutoCloseable {
    private final @Nullable SystemCallCounter systemCalls;
    private final String from;
    private long before;
    private long counted;

    private CountingProbe(@Nullable SystemCallCounter systemCalls, String from) {
        this.systemCalls = systemCalls;
        this.from = from;
    }

    /** Of a process. What cannot be counted is named in the result. */
    public static CountingProbe of(int pid) {
        try {
            return new CountingProbe(SystemCallCounter.of(pid), Counts.PERF);
        } catch (IOException e) {
            return new CountingProbe(null, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void begin() {
        before = count();
    }

    @Override
    public void end() {
        counted = count() - before;
    }

    private long count() {
        return systemCalls == null ? 0 : systemCalls.count();
    }

    /** After {@link #end}. */
    public Counts perRequest(long requests) {
        return new Counts(
                systemCalls == null ? null : (double) counted / Math.max(1, requests), from);
    }

    @Override
    public void close() {
        if (systemCalls != null) {
            systemCalls.close();
        }
    }
}
