package sluice.lab;

import org.hipparchus.distribution.continuous.TDistribution;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What several rounds say of one figure: its median, and between what bounds it probably is.
 *
 * @param low lower bound of the 95 % interval
 * @param high upper bound
 */
public record Estimate(double median, double low, double high, int rounds) {
    private static final double CONFIDENCE = 0.95;

    /** Of figures that are above 0; their logarithms are taken to be normal. */
    public static Estimate of(List<Double> figures) {
        double[] sorted =
                figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int count = sorted.length;
        if (count == 0) {
            return new Estimate(Double.NaN, Double.NaN, Double.NaN, 0);
        }
        double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
        if (count == 1) {
            return new Estimate(median, 0, Double.POSITIVE_INFINITY, 1);
        }
        double mean = 0;
        for (double figure : sorted) {
            mean += Math.log(figure) / count;
        }
        double squares = 0;
        for (double figure : sorted) {
            squares += Math.pow(Math.log(figure) - mean, 2);
        }
        double deviation = Math.sqrt(squares / (count - 1));
        double quantile =
                new TDistribution(count - 1).inverseCumulativeProbability(1 - (1 - CONFIDENCE) / 2);
        double half = quantile * deviation / Math.sqrt(count);
        return new Estimate(median, Math.exp(mean - half), Math.exp(mean + half), count);
    }

    /** Of ratios between figures of the same rounds: what disturbs both does not count. */
    public static Estimate ofRatios(List<Double> figures, List<Double> bases) {
        int count = Math.min(figures.size(), bases.size());
        return of(IntStream.range(0, count)
                .mapToObj(i -> figures.get(i) / bases.get(i))
                .toList());
    }

    /** Whether the interval excludes a value. */
    public boolean excludes(double value) {
        return value < low || value > high;
    }
}
