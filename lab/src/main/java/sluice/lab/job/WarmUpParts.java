package sluice.lab.job;

import org.jspecify.annotations.Nullable;

import sluice.lab.CellResult;
import sluice.lab.measure.ServerProbe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The parts of a warm-up, and whether the last ones say that it is over. What falls until then is
 * mostly the work of the JIT compilers. So their CPU time is looked at, which tells sooner and
 * surer than CPU time per request: that differs from part to part on a machine at rest, too.
 */
final class WarmUpParts {
    /** Long enough to tell CPU time per request to some percent. */
    static final Duration TIME = Duration.ofMillis(500);
    /** So many parts in a row are looked at. */
    private static final int STEADY = 3;
    /** A compiler may still use this share of its process's CPU time: rare paths come late. */
    private static final double COMPILING_MOST = 0.03;
    /** The client's compilers only make the load a little less. */
    private static final double CLIENT_MOST = 0.1;
    /** From the first to the last of these parts CPU time per request falls by less. */
    private static final double FALL_MOST = 0.1;

    private record Part(
            double seconds,
            long requests,
            double micros,
            double compiling,
            double clientMicros,
            double clientCompiling) {
        double perRequest() {
            return micros / Math.max(1, requests);
        }
    }

    private final List<Part> parts = new ArrayList<>();

    /** Adds one; the client's code is compiled at the same time as the server's. */
    void add(double seconds, long requests, ServerProbe server, ServerProbe client) {
        parts.add(new Part(
                seconds,
                requests,
                server.cpuMicros(),
                server.compilingMicros(),
                client.cpuMicros(),
                client.compilingMicros()));
    }

    /** Whether nothing changes any more, and each of so many files was asked for. */
    boolean isFlat(int files) {
        if (parts.size() < STEADY || requests() < files) {
            return false;
        }
        List<Part> last = parts.subList(parts.size() - STEADY, parts.size());
        return sum(last, Part::compiling) <= COMPILING_MOST * sum(last, Part::micros)
                && sum(last, Part::clientCompiling) <= CLIENT_MOST * sum(last, Part::clientMicros)
                && last.getLast().perRequest() >= last.getFirst().perRequest() * (1 - FALL_MOST);
    }

    int count() {
        return parts.size();
    }

    double seconds() {
        return sum(parts, Part::seconds);
    }

    private long requests() {
        return parts.stream().mapToLong(Part::requests).sum();
    }

    private static double sum(List<Part> parts, ToDoubleFunction<Part> figure) {
        return parts.stream().mapToDouble(figure).sum();
    }

    /** Null if there was none. */
    CellResult.@Nullable WarmUp result(int files) {
        return parts.isEmpty()
                ? null
                : new CellResult.WarmUp(
                        seconds(),
                        isFlat(files),
                        parts.getFirst().perRequest(),
                        parts.getLast().perRequest(),
                        requests(),
                        sum(parts, Part::micros) / 1e6,
                        sum(parts, Part::compiling) / 1e6);
    }
}
