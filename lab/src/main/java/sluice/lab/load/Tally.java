package sluice.lab.load;

import sluice.lab.Latency;
import sluice.lab.LoadError;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What one loop counts. Only its thread uses it; others get a copy. */
final class Tally {
    private static final int STATUSES = 600;

    final Latency asSent;
    final Latency asIntended;
    final long[] statuses = new long[STATUSES];
    final long[] errors = new long[LoadError.values().length];
    long responses;
    long bodyBytes;
    long reconnects;
    long unsent;

    Tally() {
        this(new Latency(), new Latency());
    }

    private Tally(Latency asSent, Latency asIntended) {
        this.asSent = asSent;
        this.asIntended = asIntended;
    }

    void error(LoadError reason, long requests) {
        errors[reason.ordinal()] += requests;
    }

    long failed() {
        long sum = 0;
        for (long count : errors) {
            sum += count;
        }
        return sum;
    }

    Tally copy() {
        Tally copy = new Tally(asSent.copy(), asIntended.copy());
        copy.addCounts(this);
        return copy;
    }

    void add(Tally other) {
        asSent.add(other.asSent);
        asIntended.add(other.asIntended);
        addCounts(other);
    }

    private void addCounts(Tally other) {
        for (int status = 0; status < STATUSES; status++) {
            statuses[status] += other.statuses[status];
        }
        for (int error = 0; error < errors.length; error++) {
            errors[error] += other.errors[error];
        }
        responses += other.responses;
        bodyBytes += other.bodyBytes;
        reconnects += other.reconnects;
        unsent += other.unsent;
    }

    Map<LoadError, Long> errorsByReason() {
        Map<LoadError, Long> found = new EnumMap<>(LoadError.class);
        for (LoadError reason : LoadError.values()) {
            if (errors[reason.ordinal()] > 0) {
                found.put(reason, errors[reason.ordinal()]);
            }
        }
        return found;
    }

    Map<Integer, Long> answersByStatus() {
        Map<Integer, Long> found = new TreeMap<>();
        for (int status = 0; status < STATUSES; status++) {
            if (statuses[status] > 0) {
                found.put(status, statuses[status]);
            }
        }
        return found;
    }
}
