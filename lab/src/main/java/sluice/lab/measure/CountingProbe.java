package sluice.lab.measure;

import org.jspecify.annotations.Nullable;

import sluice.lab.Counts;
import sluice.lab.Probe;
import sluice.lab.measure.JvmCounter.Reading;

import java.io.IOException;

/**
 * Counts what it would disturb a round to count: while system calls are counted, each takes some
 * 130 ns more (getppid: 180 ns, then 310).
 */
public final class CountingProbe implements Probe, AutoCloseable {
    private final @Nullable SystemCallCounter systemCalls;
    private final String systemCallsFrom;
    private final @Nullable JvmCounter jvm;
    private final String jvmFrom;
    private long callsBefore;
    private long calls;
    private @Nullable Reading heapBefore;
    private Reading heap = new Reading(0, 0);
    /** What one question about the heap allocates itself. */
    private long asking;

    private CountingProbe(
            @Nullable SystemCallCounter systemCalls,
            String systemCallsFrom,
            @Nullable JvmCounter jvm,
            String jvmFrom) {
        this.systemCalls = systemCalls;
        this.systemCallsFrom = systemCallsFrom;
        this.jvm = jvm;
        this.jvmFrom = jvmFrom;
    }

    /** Of a process. What cannot be counted is named in the result. */
    public static CountingProbe of(int pid) {
        JvmCounter jvm = null;
        String jvmFrom = Counts.JMX;
        try {
            // First: to answer, the JVM starts threads, which the other counter should find.
            jvm = JvmCounter.of(pid);
            jvm.read();
        } catch (IOException e) {
            jvmFrom = String.valueOf(e.getMessage());
        }
        try {
            return new CountingProbe(SystemCallCounter.of(pid), Counts.PERF, jvm, jvmFrom);
        } catch (IOException e) {
            return new CountingProbe(null, String.valueOf(e.getMessage()), jvm, jvmFrom);
        }
    }

    @Override
    public void prepare() {
        if (jvm != null) {
            Reading first = jvm.read();
            heapBefore = jvm.read();
            asking = heapBefore.allocated() - first.allocated();
        }
    }

    @Override
    public void begin() {
        callsBefore = count();
    }

    @Override
    public void end() {
        calls = count() - callsBefore;
    }

    @Override
    public void finish() {
        if (jvm != null && heapBefore != null) {
            heap = jvm.read().since(heapBefore);
        }
    }

    private long count() {
        return systemCalls == null ? 0 : systemCalls.count();
    }

    /** After {@link #finish}. */
    public Counts perRequest(long requests) {
        double all = Math.max(1, requests);
        return new Counts(
                systemCalls == null ? null : calls / all,
                systemCallsFrom,
                jvm == null ? null : Math.max(0, heap.allocated() - asking) / all,
                jvm == null ? null : heap.collections(),
                jvmFrom,
                null,
                null,
                null,
                null);
    }

    @Override
    public void close() {
        if (systemCalls != null) {
            systemCalls.close();
        }
        if (jvm != null) {
            try {
                jvm.close();
            } catch (IOException gone) {
                // The server has ended; what it did is told elsewhere.
            }
        }
    }
}
