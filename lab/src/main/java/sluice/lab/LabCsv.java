package sluice.lab;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** results.csv: a line for each round, and one for a cell without any. */
final class LabCsv {
    /** Of a round; null where there is nothing to tell. */
    private interface Value {
        @Nullable
        Object of(CellResult cell, CellResult.Round round);
    }

    private record Column(String name, Value value) {}

    private static final String CELL = "job,cell,outcome,reason,round";

    /** In their order; a new one goes to the end, where programs that count do not miss it. */
    private static final List<Column> COLUMNS = List.of(
            new Column("cpu_user_us", (_, round) -> round.server().cpu().user()),
            new Column("cpu_system_us", (_, round) -> round.server().cpu().system()),
            new Column("requests_per_s", (_, round) -> tenths(round.load().rate())),
            new Column("p50_us", (_, round) -> tenths(round.load().latency().p50())),
            new Column("p99_us", (_, round) -> tenths(round.load().latency().p99())),
            new Column("p999_us", (_, round) -> tenths(round.load().latency().p999())),
            new Column("errors", (_, round) -> errors(round.load())),
            new Column("client_cpu", (_, round) -> round.load().loopCpu()),
            new Column("pss_bytes", (_, round) -> round.server().pss()),
            new Column("system_calls", counted(Counts::systemCalls)),
            new Column("allocated_bytes", counted(Counts::allocated)),
            new Column("sent_p50_us", (_, round) -> tenths(round.load().asSent().p50())),
            new Column("sent_p99_us", (_, round) -> tenths(round.load().asSent().p99())),
            new Column(
                    "sent_p999_us", (_, round) -> tenths(round.load().asSent().p999())),
            new Column("intended_p50_us", intended(LoadReport.Times::p50)),
            new Column("intended_p99_us", intended(LoadReport.Times::p99)),
            new Column("intended_p999_us", intended(LoadReport.Times::p999)),
            new Column("unsent", (_, round) -> round.load().unsent()),
            new Column("client_us", (_, round) -> round.load().clientCpu()),
            new Column("client_ceiling", (_, round) -> round.load().atClientsCeiling()),
            new Column("others", (_, round) -> round.surroundings().others()),
            new Column("stolen", (_, round) -> round.surroundings().stolen()),
            new Column("throttled", (_, round) -> round.surroundings().throttled()),
            new Column("start_s", (_, round) -> round.start()),
            new Column("kernel_bytes", counted(Counts::kernelBytes)),
            new Column("user_bytes", counted(Counts::userBytes)),
            new Column("switches", (_, round) -> round.server().switches()),
            new Column("preemptions", (_, round) -> round.server().preemptions()),
            new Column("faults", (_, round) -> round.server().faults()),
            new Column("disk_faults", (_, round) -> round.server().diskFaults()),
            new Column("system_calls_from", counted(Counts::systemCallsFrom)),
            new Column("collections", counted(Counts::collections)),
            new Column("zero_copy_sends", counted(Counts::zeroCopySends)),
            new Column("zero_copy_copied", counted(Counts::zeroCopyCopied)),
            new Column("compiling", (_, round) -> round.server().compiling()));

    private LabCsv() {}

    static String head() {
        return CELL + "," + COLUMNS.stream().map(Column::name).collect(Collectors.joining(","));
    }

    static List<String> lines(LabResults results) {
        List<String> lines = new ArrayList<>(List.of(head()));
        for (JobResult job : results.jobs()) {
            for (CellResult cell : job.cells()) {
                String begin = String.join(
                        ",",
                        quoted(job.name()),
                        quoted(cell.name()),
                        cell.outcome().name().toLowerCase(Locale.ROOT),
                        quoted(cell.reason() == null ? "" : cell.reason()));
                if (cell.rounds().isEmpty()) {
                    lines.add(begin + ",".repeat(1 + COLUMNS.size()));
                }
                for (int i = 0; i < cell.rounds().size(); i++) {
                    lines.add(begin + "," + (i + 1) + ","
                            + values(cell, cell.rounds().get(i)));
                }
            }
        }
        return lines;
    }

    private static String values(CellResult cell, CellResult.Round round) {
        return COLUMNS.stream()
                .map(column -> written(column.value().of(cell, round)))
                .collect(Collectors.joining(","));
    }

    private static String written(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Double number -> String.format(Locale.ROOT, "%.3f", number);
            case String words -> quoted(words);
            default -> value.toString();
        };
    }

    /** As RFC 4180 says. */
    private static String quoted(String text) {
        return text.matches("[^,\"\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String tenths(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    private static long errors(LoadReport load) {
        return load.errors().values().stream().mapToLong(Long::longValue).sum();
    }

    private interface Quantile {
        double of(LoadReport.Times times);
    }

    private static Value intended(Quantile quantile) {
        return (_, round) -> {
            LoadReport.Times times = round.load().asIntended();
            return times == null ? null : tenths(quantile.of(times));
        };
    }

    private interface Count {
        @Nullable
        Object of(Counts counts);
    }

    /** It is counted once for all rounds of a cell. */
    private static Value counted(Count count) {
        return (cell, _) -> cell.counts() == null ? null : count.of(cell.counts());
    }
}
