package sluice.lab.report;

import org.jspecify.annotations.Nullable;

import sluice.lab.CellResult;
import sluice.lab.CellResult.Round;
import sluice.lab.Counts;
import sluice.lab.Estimate;
import sluice.lab.JobResult;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The figures of a job: a row for each cell, and a row for each of its rounds. */
final class JobTables {
    /** Of the table of cells, without the name. */
    private static final List<String> COLUMNS = List.of(
            "CPU us",
            "95 %% interval",
            "to the first",
            "requests/s",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "system calls",
            "memory MB",
            "client us",
            "client CPU");

    private static final List<String> ROUND_COLUMNS = List.of(
            "at s",
            "user us",
            "kernel us",
            "requests/s",
            "p50 us",
            "p99 us",
            "p99.9 us",
            "p99 us, as intended",
            "unsent",
            "client CPU",
            "others' CPU");

    private final StringBuilder text = new StringBuilder();
    private final JobResult job;
    private final Map<Character, String> notes = new TreeMap<>();

    private JobTables(JobResult job) {
        this.job = job;
    }

    static String cells(JobResult job) {
        JobTables tables = new JobTables(job);
        tables.add("<div class=\"wide\"><table><tr><th>%s</th>", String.join(", ", job.axes()));
        tables.heads(COLUMNS);
        job.cells().forEach(tables::cell);
        tables.add(
                "</table></div><p class=\"soft\">CPU us: of the server for a request; client us:"
                        + " of the client for the same, with its checks. Latency is told as sent;"
                        + " where requests were due at a rate, as intended.%s</p>",
                tables.notes());
        return tables.text.toString();
    }

    static String rounds(JobResult job) {
        JobTables tables = new JobTables(job);
        tables.add(
                "<details id=\"rounds-%s\"><summary>every round</summary><div class=\"wide\">",
                Text.escaped(job.name()));
        tables.add("<table><tr><th>cell</th>");
        tables.heads(ROUND_COLUMNS);
        for (CellResult cell : job.cells()) {
            cell.rounds().forEach(round -> tables.round(cell, round));
        }
        tables.add("</table></div></details>");
        return tables.text.toString();
    }

    private String notes() {
        return notes.entrySet().stream()
                .map(note -> "<br><b>" + note.getKey() + "</b>: " + note.getValue() + ".")
                .collect(Collectors.joining());
    }

    private void heads(List<String> columns) {
        columns.forEach(column -> add("<th class=\"n\">" + column + "</th>"));
        add("</tr>");
    }

    private void cell(CellResult cell) {
        if (!Figures.measured(job).contains(cell)) {
            add(
                    "<tr><td>%s</td><td colspan=\"%d\" class=\"soft\">%s: %s</td></tr>",
                    Text.escaped(cell.name()),
                    COLUMNS.size(),
                    cell.outcome().name().toLowerCase(Locale.ROOT),
                    Text.escaped(Objects.requireNonNullElse(
                            cell.reason(), "the lab ended before its first round")));
            return;
        }
        CellResult base = Figures.measured(job).getFirst();
        Estimate cpu = Estimate.of(cell.cpuOfRounds());
        add(
                "<tr><td><a href=\"#rounds-%s\">%s</a>%s</td>",
                Text.escaped(job.name()), Text.escaped(cell.name()), marks(cell, base));
        figure(Text.number(cpu.median()));
        figure(cpu.rounds() < 2 ? "–" : Text.number(cpu.low()) + "–" + Text.number(cpu.high()));
        figure(cell.equals(base) ? "1" : toTheFirst(cell, base));
        figure("%,.0f", median(cell, round -> round.load().rate()));
        figure("%.2f", median(cell, round -> round.load().latency().p50()) / 1e3);
        figure("%.2f", median(cell, round -> round.load().p99()) / 1e3);
        figure("%.2f", median(cell, round -> round.load().latency().p999()) / 1e3);
        figure(counted(cell, Counts::systemCalls) + WorkTable.own(cell.counts()));
        figure(memory(cell));
        figure(Text.number(median(cell, round -> round.load().clientCpu())));
        figure(Text.percent(median(cell, round -> round.load().loopCpu())));
        add("</tr>");
    }

    /** What one should know before one believes a row, in letters that notes explain. */
    private String marks(CellResult cell, CellResult base) {
        StringBuilder marks = new StringBuilder();
        if (cell.rounds().stream().anyMatch(round -> round.load().atClientsCeiling())) {
            mark(
                    marks,
                    'c',
                    "the client was busy for more than 80 % of a CPU: rate and latency may"
                            + " be its limit");
        }
        if (!cell.wasWarm()) {
            mark(
                    marks,
                    'w',
                    "not yet warm: its JIT compilers still worked, or CPU time per request"
                            + " still fell");
        }
        if (job.movesWork(cell, base)) {
            mark(
                    marks,
                    'm',
                    "with the client's CPU time it is no difference: the work moved to the client");
        }
        if (cell.rounds().stream().anyMatch(round -> round.load().unsent() > 0)) {
            mark(marks, 'u', "some requests were due, and no connection was free to send them");
        }
        return marks.toString();
    }

    private void mark(StringBuilder marks, char letter, String note) {
        marks.append(" <b class=\"soft\">").append(letter).append("</b>");
        notes.put(letter, note);
    }

    /** Unknown, and not the same, if the machine was busy with something else. */
    private String toTheFirst(CellResult cell, CellResult base) {
        return job.disturbance() == null ? Figures.compare(job, cell, base).ratioWords() : "?";
    }

    private static String counted(CellResult cell, Function<Counts, @Nullable Double> figure) {
        Double value = cell.counts() == null ? null : figure.apply(cell.counts());
        return value == null ? "–" : Text.number(value);
    }

    /** The server's, which several cells may share, at the end of its rounds. */
    private static String memory(CellResult cell) {
        List<Double> bytes = cell.rounds().stream()
                .map(round -> round.server().pss())
                .filter(Objects::nonNull)
                .map(Long::doubleValue)
                .toList();
        return bytes.isEmpty() ? "–" : Text.number(Estimate.of(bytes).median() / 1e6);
    }

    private static double median(CellResult cell, ToDoubleFunction<Round> figure) {
        return Estimate.of(cell.rounds().stream().mapToDouble(figure).boxed().toList())
                .median();
    }

    private void round(CellResult cell, Round round) {
        add("<tr><td>%s</td>", Text.escaped(cell.name()));
        figure("%.1f", round.at());
        figure("%.2f", round.server().cpu().user());
        figure("%.2f", round.server().cpu().system());
        figure("%,.0f", round.load().rate());
        figure("%.0f", round.load().asSent().p50());
        figure("%.0f", round.load().asSent().p99());
        figure("%.0f", round.load().asSent().p999());
        var intended = round.load().asIntended();
        figure(intended == null ? "–" : String.format(Locale.ROOT, "%.0f", intended.p99()));
        figure("%,d", round.load().unsent());
        figure("%.2f", round.load().loopCpu());
        figure("%.2f", round.surroundings().others());
        add("</tr>");
    }

    private void figure(String form, Object value) {
        figure(String.format(Locale.ROOT, form, value));
    }

    private void figure(String written) {
        text.append("<td class=\"n\">").append(written).append("</td>");
    }

    private void add(String form, Object... values) {
        text.append(String.format(Locale.ROOT, form, values)).append('\n');
    }
}
