package sluice.server.admin;

import sluice.io.Counter;
import sluice.io.LoopState;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The state of a server for the script of the status page: sums since its start. */
final class StatusJson {
    private StatusJson() {}

    static String of(Vitals vitals, ResponseTotals totals) {
        return "{"
                + Stream.of(
                                field("uptime", ProcessVitals.uptimeSeconds()),
                                field("cpu", ProcessVitals.cpuSeconds()),
                                field("cpus", Runtime.getRuntime().availableProcessors()),
                                "\"description\":" + text(vitals.description()),
                                "\"unready\":" + texts(vitals.unready().stream()),
                                field("connections", vitals.connections()),
                                field("lostLogLines", vitals.lostLogLines()),
                                field("heap", ProcessVitals.heap().getUsed()),
                                field("heapMax", ProcessVitals.heap().getMax()),
                                "\"counters\":" + counters(vitals),
                                "\"statuses\":" + statuses(totals),
                                "\"paths\":" + paths(totals),
                                "\"bounds\":" + bounds(),
                                "\"times\":" + times(totals),
                                "\"loops\":" + loops(vitals))
                        .collect(Collectors.joining(","))
                + "}\n";
    }

    private static String field(String name, double value) {
        return "\"" + name + "\":" + value;
    }

    private static String field(String name, long value) {
        return "\"" + name + "\":" + value;
    }

    private static String counters(Vitals vitals) {
        return Stream.of(Counter.values())
                .map(counter ->
                        field(counter.name().toLowerCase(Locale.ROOT), vitals.count(counter)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String statuses(ResponseTotals totals) {
        return totals.byStatus().entrySet().stream()
                .map(entry -> field(Integer.toString(entry.getKey()), entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String paths(ResponseTotals totals) {
        return totals.byPath().entrySet().stream()
                .map(entry -> text(entry.getKey()) + ":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String bounds() {
        return ResponseTotals.BOUNDS.stream()
                .map(String::valueOf)
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String times(ResponseTotals totals) {
        return LongStream.of(totals.cumulated())
                .mapToObj(Long::toString)
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String loops(Vitals vitals) {
        return vitals.loops().stream()
                .map(StatusJson::loop)
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String loop(LoopState loop) {
        return "{\"name\":" + text(loop.name()) + ",\"alive\":" + loop.alive() + ",\"stuck\":"
                + loop.stuck() + "," + field("cpu", ProcessVitals.cpuSeconds(loop.threadId()))
                + "}";
    }

    private static String texts(Stream<String> texts) {
        return texts.map(StatusJson::text).collect(Collectors.joining(",", "[", "]"));
    }

    /** Names and words of ours: no control characters. */
    private static String text(String words) {
        return '"' + words.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
