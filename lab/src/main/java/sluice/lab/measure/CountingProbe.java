package sluice.lab.measure;

import org.jspecify.annotations.Nullable;

import sluice.lab.Counts;
import sluice.lab.Probe;
import sluice.lab.measure.JvmCounter.Reading;

import java.io.IOException;
import java.io.UncheckedIOException;

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

    /** Opens a counter of a process. */
    interface Opener {
        SystemCallCounter open(int pid) throws IOException;
    }

    /**
     * Of a process. What cannot be counted is named in the result. Where the kernel does not permit
     * to count system calls, the server's own count has to do, unless {@code notOwn} says why it
     * would be wrong.
     */
    public static CountingProbe of(int pid, @Nullable String notOwn) {
        return of(pid, notOwn, SystemCallCounter::of);
    }

    static CountingProbe of(int pid, @Nullable String notOwn, Opener opener) {
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
            return new CountingProbe(opener.open(pid), Counts.PERF, jvm, jvmFrom);
        } catch (IOException e) {
            return new CountingProbe(
                    null, otherwise(jvm, notOwn, String.valueOf(e.getMessage())), jvm, jvmFrom);
        }
    }

    /** What counts instead, or why nothing does. */
    private static String otherwise(
            @Nullable JvmCounter jvm, @Nullable String notOwn, String refusal) {
        if (notOwn != null || jvm == null) {
            return notOwn == null ? refusal : refusal + "; " + notOwn;
        }
        try {
            jvm.askForOwnCalls();
            return Counts.OWN;
        } catch (IOException e) {
            return refusal + "; " + e.getMessage();
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

    private boolean countsItself() {
        return systemCallsFrom.equals(Counts.OWN);
    }

    private long count() {
        if (systemCalls != null) {
            return systemCalls.count();
        }
        try {
            return jvm != null && countsItself() ? jvm.ownCalls() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("the server has ended", e);
        }
    }

    /** After {@link #finish}. */
    public Counts perRequest(long requests) {
        double all = Math.max(1, requests);
        return new Counts(
                systemCalls == null && !countsItself() ? null : calls / all,
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
