package sluice.lab;

import org.hipparchus.distribution.continuous.TDistribution;
import org.jspecify.annotations.Nullable;

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
        Logs logs = Logs.of(figures);
        double half = quantile(count - 1) * Math.sqrt(logs.error());
        return new Estimate(median, Math.exp(logs.mean - half), Math.exp(logs.mean + half), count);
    }

    /**
     * Whether a ratio is a difference: its interval excludes 1, and it is above the noise, by which
     * two servers differ that are the same.
     */
    public boolean differs(@Nullable Double noise) {
        return excludes(1) && noise != null && Math.abs(median - 1) > noise;
    }

    /** Of ratios between figures of the same rounds: what disturbs both does not count. */
    public static Estimate ofRatios(List<Double> figures, List<Double> bases) {
        int count = Math.min(figures.size(), bases.size());
        return of(IntStream.range(0, count)
                .mapToObj(i -> figures.get(i) / bases.get(i))
                .toList());
    }

    /**
     * Of the ratio between figures of two runs, which have no rounds in common (Welch's interval
     * over the logarithms).
     */
    static Estimate ofRuns(List<Double> figures, List<Double> bases) {
        Logs over = Logs.of(figures);
        Logs under = Logs.of(bases);
        double median = of(figures).median / of(bases).median;
        int count = Math.min(over.count, under.count);
        double square = over.error() + under.error();
        if (count < 2) {
            return new Estimate(median, 0, Double.POSITIVE_INFINITY, count);
        }
        double ratio = over.mean - under.mean;
        if (square == 0) {
            return new Estimate(median, Math.exp(ratio), Math.exp(ratio), count);
        }
        double freedom = square * square / (over.perFreedom() + under.perFreedom());
        double half = quantile(freedom) * Math.sqrt(square);
        return new Estimate(median, Math.exp(ratio - half), Math.exp(ratio + half), count);
    }

    private static double quantile(double freedom) {
        return new TDistribution(freedom).inverseCumulativeProbability(1 - (1 - CONFIDENCE) / 2);
    }

    /**
     * Logarithms of figures.
     *
     * @param variance of one of them
     */
    private record Logs(int count, double mean, double variance) {
        static Logs of(List<Double> figures) {
            double mean = figures.stream().mapToDouble(Math::log).average().orElse(Double.NaN);
            double squares = figures.stream()
                    .mapToDouble(figure -> Math.pow(Math.log(figure) - mean, 2))
                    .sum();
            return new Logs(figures.size(), mean, squares / (figures.size() - 1));
        }

        /** The variance of the mean. */
        double error() {
            return variance / count;
        }

        double perFreedom() {
            return error() * error() / (count - 1);
        }
    }

    /** Whether the interval excludes a value. */
    public boolean excludes(double value) {
        return value < low || value > high;
    }
}
