package sluice.server.admin;

import sluice.server.ResponseRecord;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Sums up responses: by status, by the time they took, and by the path that the bytes of their
 * bodies took. Loops add, anybody reads; no lock.
 */
public final class ResponseTotals implements Consumer<ResponseRecord> {
    /**
     * Upper bounds of the classes of time, in seconds: from a small file in memory to what a client
     * takes minutes for; neighbours differ by a factor of 2.5 or less: a quantile is about right.
     */
    static final List<BigDecimal> BOUNDS = Stream.of(
                    "0.0001 0.00025 0.0005 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1.0 2.5"
                            .split(" "),
                    "5.0 10.0 25.0 50.0 100.0".split(" "))
            .flatMap(Stream::of)
            .map(BigDecimal::new)
            .toList();

    private static final int NANOS_DIGITS = 9;
    private static final long[] BOUND_NANOS = BOUNDS.stream()
            .mapToLong(bound -> bound.movePointRight(NANOS_DIGITS).longValueExact())
            .toArray();
    private static final int STATUSES = 600;

    private final LongAdder[] classes = adders(BOUND_NANOS.length + 1);
    private final LongAdder nanos = new LongAdder();
    private final LongAdder[] statuses = adders(STATUSES);
    private final LongAdder incomplete = new LongAdder();
    /** There are as many as copy paths. */
    private final Map<String, LongAdder> paths = new ConcurrentHashMap<>();

    private static LongAdder[] adders(int count) {
        return Stream.generate(LongAdder::new).limit(count).toArray(LongAdder[]::new);
    }

    @Override
    public void accept(ResponseRecord response) {
        long took = response.duration().toNanos();
        classes[classOf(took)].increment();
        nanos.add(took);
        statuses[response.status()].increment();
        if (!response.complete()) {
            incomplete.increment();
        }
        LongAdder path = paths.get(response.copyPath());
        if (path == null) {
            path = paths.computeIfAbsent(response.copyPath(), _ -> new LongAdder());
        }
        path.add(response.bodyBytes());
    }

    private static int classOf(long took) {
        int at = 0;
        while (at < BOUND_NANOS.length && took > BOUND_NANOS[at]) {
            at++;
        }
        return at;
    }

    /** How many took at most each bound, and last how many there are: each counts those before. */
    long[] cumulated() {
        long[] sums = new long[classes.length];
        long sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += classes[i].sum();
            sums[i] = sum;
        }
        return sums;
    }

    /** The times of all, in nanoseconds. */
    long nanos() {
        return nanos.sum();
    }

    /** Responses that broke off. */
    long incomplete() {
        return incomplete.sum();
    }

    /** Responses by status; of statuses that occurred. */
    Map<Integer, Long> byStatus() {
        Map<Integer, Long> counts = new TreeMap<>();
        for (int status = 0; status < STATUSES; status++) {
            long count = statuses[status].sum();
            if (count > 0) {
                counts.put(status, count);
            }
        }
        return counts;
    }

    /** Bytes of bodies by the path that they were sent by. */
    Map<String, Long> byPath() {
        Map<String, Long> bytes = new TreeMap<>();
        paths.forEach((path, sum) -> bytes.put(path, sum.sum()));
        return bytes;
    }
}
