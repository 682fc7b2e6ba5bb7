package sluice.lab.cost;

import sluice.lab.CostReport;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Adds up the costs of URLs in bounded memory. When there are twice as many as it keeps, it forgets
 * the cheaper half. One that comes back begins at nothing, so it may lack as much as the dearest of
 * each forgotten half had.
 */
final class UrlCosts {
    /** How many URLs a clean-up leaves; each has at most some KB of text. */
    static final int KEPT = 4_096;

    /** What is known of a URL. */
    static final class One {
        final String target;
        /** Size of its file, or -1 if there is none that could be compressed. */
        final long size;

        long answers;
        long bytes;
        double cpu;
        /** Answers that sent the file whole, as it is. */
        long whole;

        One(String target, long size) {
            this.target = target;
            this.size = size;
        }

        CostReport.OfUrl report() {
            return new CostReport.OfUrl(target, answers, bytes, cpu);
        }
    }

    private static final Comparator<One> DEAREST = Comparator.comparingDouble((One one) -> one.cpu)
            .thenComparingLong(one -> one.bytes)
            .reversed();

    private final int kept;
    private final ToLongFunction<String> sizes;
    private final Map<String, One> urls = new HashMap<>();
    private double mayLack;

    /**
     * @param sizes the size of a URL's file, or -1
     */
    UrlCosts(int kept, ToLongFunction<String> sizes) {
        this.kept = kept;
        this.sizes = sizes;
    }

    /** What is known of a URL until now. */
    One of(String target) {
        One known = urls.get(target);
        if (known == null) {
            if (urls.size() >= 2 * kept) {
                forget();
            }
            known = new One(target, sizes.applyAsLong(target));
            urls.put(target, known);
        }
        return known;
    }

    private void forget() {
        List<One> sorted = dearest();
        List<One> cheap = sorted.subList(kept, sorted.size());
        mayLack += cheap.getFirst().cpu;
        cheap.forEach(one -> urls.remove(one.target));
    }

    /** All that are remembered, the dearest first. */
    List<One> dearest() {
        List<One> sorted = new ArrayList<>(urls.values());
        sorted.sort(DEAREST);
        return sorted;
    }

    /** Most CPU time that one of them may lack. */
    double mayLack() {
        return mayLack;
    }
}
