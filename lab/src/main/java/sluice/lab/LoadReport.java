package sluice.lab;

import org.jspecify.annotations.Nullable;

import sluice.http.Status;
import sluice.server.ByteCount;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A load's result for people and for programs. The fields are those of the JSON, which
 * docs/lab-results.md describes; times are in microseconds.
 *
 * @param serverCpu of a request, in microseconds; null if the server's process is not known
 * @param complete false if it was ended early: the figures that are there are right
 */
public record LoadReport(
        List<String> urls,
        int connections,
        double rateDue,
        int pipeline,
        boolean keepAlive,
        double seconds,
        long responses,
        double rate,
        long bodyBytes,
        Map<String, Long> errors,
        Map<Integer, Long> statuses,
        long reconnects,
        long unsent,
        Times asSent,
        @Nullable Times asIntended,
        double loopCpu,
        double clientCpu,
        @Nullable Cpu serverCpu,
        List<LoadSecond> perSecond,
        Boolean complete) {
    private static final double MICRO = 1e3;
    /** Of a list of URLs, so many are named. */
    private static final int NAMED = 2;
    /** The most frequent: a line has no place for more. */
    private static final int STATUSES_NAMED = 3;

    public LoadReport {
        complete = complete == null || complete; // Results of earlier versions have none.
    }

    /** Quantiles of latency in microseconds. */
    public record Times(double p50, double p90, double p99, double p999, double max) {
        static Times of(Latency latency) {
            return new Times(
                    latency.percentile(50) / MICRO,
                    latency.percentile(90) / MICRO,
                    latency.percentile(99) / MICRO,
                    latency.percentile(99.9) / MICRO,
                    latency.max() / MICRO);
        }
    }

    /** CPU time of one request in microseconds, in user mode and in the kernel. */
    public record Cpu(double user, double system) {
        /** In both modes. */
        public double total() {
            return user + system;
        }

        static Cpu of(CpuProbe probe, long requests) {
            double each = 1e6 / Math.max(1, requests);
            return new Cpu(probe.user() * each, probe.system() * each);
        }
    }

    /** Of a result; {@code server} has looked at the server's process. */
    public static LoadReport of(LoadPlan plan, LoadResult result, @Nullable CpuProbe server) {
        Map<String, Long> errors = new TreeMap<>();
        result.errors().forEach((reason, count) -> errors.put(reason.words(), count));
        return new LoadReport(
                plan.targets().stream().map(target -> target.url().toString()).toList(),
                plan.connections(),
                plan.rate(),
                plan.pipeline(),
                plan.keepAlive(),
                result.seconds(),
                result.responses(),
                result.rate(),
                result.bodyBytes(),
                errors,
                new TreeMap<>(result.statuses()),
                result.reconnects(),
                result.unsent(),
                Times.of(result.asSent()),
                plan.isOpenLoop() ? Times.of(result.asIntended()) : null,
                result.loopCpu(),
                result.clientCpuSeconds() * 1e6 / Math.max(1, result.responses()),
                server == null ? null : Cpu.of(server, result.responses()),
                result.perSecond(),
                result.complete());
    }

    /** A copy that names no URL. */
    public LoadReport withoutUrls() {
        return new LoadReport(
                List.of(),
                connections,
                rateDue,
                pipeline,
                keepAlive,
                seconds,
                responses,
                rate,
                bodyBytes,
                errors,
                statuses,
                reconnects,
                unsent,
                asSent,
                asIntended,
                loopCpu,
                clientCpu,
                serverCpu,
                perSecond,
                complete);
    }

    /** What is about to be done, in a line. */
    public static String heading(LoadPlan plan) {
        List<String> named = plan.targets().stream()
                .limit(NAMED)
                .map(target -> target.url().toString())
                .toList();
        int others = plan.targets().size() - named.size();
        return String.format(
                Locale.ROOT,
                "%s%s: %s%s, %s, %.0f s after %.0f s of warm-up",
                String.join(", ", named),
                others == 0 ? "" : " and " + ByteCount.counted(others, "other"),
                ByteCount.counted(plan.connections(), "connection"),
                plan.keepAlive() ? "" : ", a new one for each request",
                plan.isOpenLoop()
                        ? String.format(Locale.ROOT, "%,.0f requests/s due", plan.rate())
                        : plan.pipeline() == 1
                                ? "one request after another"
                                : plan.pipeline() + " requests in flight each",
                plan.measured().toMillis() / 1e3,
                plan.warmUp().toMillis() / 1e3);
    }

    /** What users wait: as intended, if requests were due. */
    public Times latency() {
        return asIntended == null ? asSent : asIntended;
    }

    /** Of that. */
    public double p99() {
        return latency().p99();
    }

    /** Whether the client was too busy to say what the server can do. */
    public boolean atClientsCeiling() {
        return loopCpu > LoadResult.CEILING;
    }

    /** For people, at most 100 columns wide. */
    public String text() {
        StringBuilder text = new StringBuilder();
        if (!complete) {
            line(text, "ended early", "what follows is what was measured until then");
        }
        line(
                text,
                "responses",
                "%,d in %.1f s   %,.0f/s   %s/s of bodies",
                responses,
                seconds,
                rate,
                ByteCount.rounded((long) (bodyBytes / seconds)));
        if (responses > 0) {
            line(text, asIntended == null ? "latency" : "as sent", "%s", times(asSent));
        }
        if (asIntended != null && responses > 0) {
            line(text, "as intended", "%s", times(asIntended));
        }
        if (unsent > 0) {
            line(text, "unsent", "%,d requests were due, and no connection was idle", unsent);
        }
        line(text, "errors", "%s", errors.isEmpty() ? "none" : listedErrors());
        if (reconnects > 0) {
            line(text, "reconnects", "%,d: the server closed after an answer", reconnects);
        }
        if (serverCpu != null && responses > 0) {
            line(
                    text,
                    "server",
                    "%.1f us of CPU per request (%.1f user, %.1f kernel)",
                    serverCpu.total(),
                    serverCpu.user(),
                    serverCpu.system());
        }
        line(
                text,
                "this client",
                "%s%.0f %% of a CPU in its busiest thread%s",
                responses == 0
                        ? ""
                        : String.format(Locale.ROOT, "%.1f us of CPU per request, ", clientCpu),
                loopCpu * 100,
                atClientsCeiling() ? ": the rate may be its own limit" : "");
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String format, Object... values) {
        text.append(String.format(Locale.ROOT, "  %-12s ", name))
                .append(String.format(Locale.ROOT, format, values))
                .append('\n');
    }

    private static String times(Times times) {
        return "p50 " + time(times.p50()) + "   p90 " + time(times.p90()) + "   p99 "
                + time(times.p99()) + "   p99.9 " + time(times.p999()) + "   max "
                + time(times.max());
    }

    private static String time(double micros) {
        if (micros < MICRO) {
            return String.format(Locale.ROOT, "%.0f us", micros);
        }
        double millis = micros / MICRO;
        return millis < MICRO
                ? String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.1f ms", millis)
                : String.format(Locale.ROOT, "%.2f s", millis / MICRO);
    }

    private String listedErrors() {
        return errors.entrySet().stream()
                .map(error -> String.format(Locale.ROOT, "%,d %s", error.getValue(), error.getKey())
                        + (error.getKey().equals(LoadError.STATUS.words())
                                ? " (" + unexpected(error.getValue()) + ")"
                                : ""))
                .collect(Collectors.joining(", "));
    }

    /** Below 400 a status may be the right one of another URL: then those of all are told. */
    private String unexpected(long count) {
        Map<Integer, Long> bad = new TreeMap<>(statuses);
        bad.keySet().removeIf(status -> status < Status.BAD_REQUEST);
        boolean all = bad.values().stream().mapToLong(Long::longValue).sum() == count;
        Map<Integer, Long> told = all ? bad : statuses;
        String listed = told.entrySet().stream()
                .sorted(Map.Entry.<Integer, Long>comparingByValue().reversed())
                .limit(STATUSES_NAMED)
                .map(one -> String.format(Locale.ROOT, "%d: %,d", one.getKey(), one.getValue()))
                .collect(Collectors.joining(", "));
        return (all ? "" : "of all answers ")
                + listed
                + (told.size() > STATUSES_NAMED ? ", ..." : "");
    }

    /** For programs. */
    public String json() {
        return Json.text(this);
    }
}
