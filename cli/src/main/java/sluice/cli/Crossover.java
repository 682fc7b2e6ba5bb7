package sluice.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Finds the size up to which sending a file from memory costs the server less than sending it by
 * the copy path. Each round measures every size both ways, so that other work on the machine
 * disturbs all of them alike.
 */
final class Crossover {
    /** Measures the processor time of one response, microseconds. */
    interface Measure {
        double micros(boolean fromMemory, int size);
    }

    /**
     * A summary of many measurements.
     *
     * @param median of the measurements
     * @param spread half the distance between the quartiles
     * @param count of the measurements
     */
    record Cost(double median, double spread, int count) {
        static Cost of(List<Double> samples) {
            List<Double> sorted = samples.stream().sorted().toList();
            int count = sorted.size();
            double spread = (sorted.get(count * 3 / 4) - sorted.get(count / 4)) / 2;
            return new Cost(sorted.get(count / 2), spread, count);
        }

        /**
         * Whether the median differs from 0 significantly: by two of its standard errors. That
         * error is 1.25 standard deviations over the square root of the count, and a standard
         * deviation is about 1.5 spreads.
         */
        boolean isClear() {
            return Math.abs(median) > 2 * 1.25 * 1.5 * spread / Math.sqrt(count);
        }
    }

    /**
     * The cost of one size both ways.
     *
     * @param saved what memory saved in each round: the difference cancels what disturbs a round
     */
    record Row(int size, Cost memory, Cost file, Cost saved) {
        static Row of(int size, List<Double> memory, List<Double> file) {
            List<Double> saved = new ArrayList<>();
            for (int i = 0; i < memory.size(); i++) {
                saved.add(file.get(i) - memory.get(i));
            }
            return new Row(size, Cost.of(memory), Cost.of(file), Cost.of(saved));
        }
    }

    /** Quartiles need this many. */
    static final int ROUNDS_MIN = 4;
    /** More rounds do not improve the result. */
    static final int ROUNDS_MAX = 40;

    private Crossover() {}

    /**
     * Measures until the time is over, at least {@link #ROUNDS_MIN} rounds.
     *
     * @param sizes ascending
     */
    static List<Row> measure(int[] sizes, Measure measure, LongSupplier clock, long nanos) {
        List<List<Double>> memory = new ArrayList<>();
        List<List<Double>> file = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            memory.add(new ArrayList<>());
            file.add(new ArrayList<>());
        }
        long begun = clock.getAsLong();
        for (int round = 0; round < ROUNDS_MAX; round++) {
            if (round >= ROUNDS_MIN && clock.getAsLong() - begun >= nanos) {
                break;
            }
            for (int i = 0; i < sizes.length; i++) {
                // Alternate who goes first: the second finds warm caches.
                boolean first = round % 2 == 0;
                (first ? memory : file).get(i).add(measure.micros(first, sizes[i]));
                (first ? file : memory).get(i).add(measure.micros(!first, sizes[i]));
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            rows.add(Row.of(sizes[i], memory.get(i), file.get(i)));
        }
        return rows;
    }

    /**
     * The largest size up to which memory is cheaper for every size. Where the difference is not
     * significant, the built-in limit decides.
     */
    static int memoryUpTo(List<Row> rows, int builtIn) {
        int best = 0;
        for (Row row : rows) {
            boolean memory =
                    row.saved().isClear() ? row.saved().median() > 0 : row.size() <= builtIn;
            if (!memory) {
                break;
            }
            best = row.size();
        }
        return best;
    }
}
