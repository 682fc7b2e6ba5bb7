package sluice.lab;

import org.HdrHistogram.Histogram;

import java.io.PrintStream;

/** Times of answers in nanoseconds, with an error of at most 0.1 %. */
public final class Latency {
    /** Three digits: the error of a quantile is far below what two runs differ by. */
    private static final int DIGITS = 3;

    private final Histogram histogram;

    /** No times yet. */
    public Latency() {
        histogram = new Histogram(DIGITS);
        histogram.setAutoResize(true);
    }

    private Latency(Histogram histogram) {
        this.histogram = histogram;
    }

    /** Adds a time; not from two threads. */
    public void record(long nanos) {
        histogram.recordValue(Math.max(0, nanos));
    }

    /** Adds the times of another. */
    public void add(Latency other) {
        histogram.add(other.histogram);
    }

    /** Those that came after an earlier copy of this was made. */
    public Latency since(Latency earlier) {
        Histogram rest = histogram.copy();
        rest.subtract(earlier.histogram);
        return new Latency(rest);
    }

    /** Forgets all times. */
    public void reset() {
        histogram.reset();
    }

    /** What it holds now. */
    public Latency copy() {
        return new Latency(histogram.copy());
    }

    /** How many times there are. */
    public long count() {
        return histogram.getTotalCount();
    }

    /** The time that {@code percent} of the answers did not exceed; 0 if there are none. */
    public long percentile(double percent) {
        return count() == 0 ? 0 : histogram.getValueAtPercentile(percent);
    }

    /** The longest time. */
    public long max() {
        return histogram.getMaxValue();
    }

    /** Prints the distribution in microseconds, as plotters of HdrHistogram read it. */
    public void print(PrintStream out) {
        histogram.outputPercentileDistribution(out, 1_000.0);
    }
}
