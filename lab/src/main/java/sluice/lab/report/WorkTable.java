package sluice.lab.report;

import org.jspecify.annotations.Nullable;

import sluice.lab.CellResult;
import sluice.lab.CellResult.Round;
import sluice.lab.CellResult.WarmUp;
import sluice.lab.Counts;
import sluice.lab.Estimate;
import sluice.lab.JobResult;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/** What a server did for a request, beside its CPU time; and what it did before it was measured. */
final class WorkTable {
    /** Of a system call or a page fault: into the kernel and back. */
    private static final int SWITCHES = 2;

    private static final double GIGA = 1e9;
    private static final double MICROS = 1e6;

    private static final String NOTHING = "–";

    private WorkTable() {}

    /** Two tables of HTML. */
    static String of(JobResult job) {
        StringBuilder page = new StringBuilder("<div class=\"wide\"><table>");
        page.append(head(
                "each request",
                "system calls",
                "mode switches",
                "context switches",
                "page faults",
                "kernel bytes",
                "user bytes",
                "COPIED",
                "heap bytes",
                "CPU s/GB"));
        for (CellResult cell : Figures.measured(job)) {
            page.append(row(
                    cell.name(),
                    counted(cell, Counts::systemCalls) + own(cell.counts()),
                    number(modeSwitches(cell)),
                    measured(cell, WorkTable::contextSwitches),
                    measured(cell, round -> round.server().faults()),
                    counted(cell, Counts::kernelBytes),
                    counted(cell, Counts::userBytes),
                    copied(cell.counts()),
                    counted(cell, Counts::allocated),
                    measured(cell, WorkTable::secondsPerGigabyte)));
        }
        page.append("</table></div><p class=\"soft\">Mode switches: two for each system call and"
                        + " each page fault; those by interrupts are not counted. Kernel bytes"
                        + " never passed user space. COPIED: of the sends with MSG_ZEROCOPY"
                        + " those that the kernel copied all the same. o: counted by"
                        + " Sluice itself: system calls of the JVM are missing.</p><div"
                        + " class=\"wide\"><table>")
                .append(head(
                        "warm-up",
                        "seconds",
                        "requests",
                        "CPU us/request at first",
                        "at the end",
                        "CPU s",
                        "of it JIT compilers",
                        "and while measured"));
        for (CellResult cell : Figures.measured(job)) {
            page.append(warmUp(cell));
        }
        return page.append("</table></div>").toString();
    }

    /** A mark behind system calls that are not all. */
    static String own(@Nullable Counts counts) {
        return counts != null && counts.ofItself() ? " o" : "";
    }

    private static String warmUp(CellResult cell) {
        WarmUp warmUp = cell.warmUp();
        if (warmUp == null) {
            return "";
        }
        return row(
                cell.name(),
                Text.number(warmUp.seconds()) + (warmUp.flat() ? "" : " (too few)"),
                warmUp.requests() == null
                        ? NOTHING
                        : String.format(Locale.ROOT, "%,d", warmUp.requests()),
                Text.number(warmUp.firstCpu()),
                Text.number(warmUp.lastCpu()),
                number(warmUp.cpu()),
                number(warmUp.compiling()),
                share(measured(cell)));
    }

    private static @Nullable Double measured(CellResult cell) {
        return median(cell, round -> round.server().compiling());
    }

    static String switches(CellResult cell) {
        return number(modeSwitches(cell));
    }

    /** Interrupts switch, too, and nobody counts those of one process. */
    private static @Nullable Double modeSwitches(CellResult cell) {
        Double calls = cell.counts() == null ? null : cell.counts().systemCalls();
        Double faults = median(cell, round -> round.server().faults());
        return calls == null || faults == null ? null : SWITCHES * (calls + faults);
    }

    private static @Nullable Double contextSwitches(Round round) {
        Double voluntary = round.server().switches();
        Double involuntary = round.server().preemptions();
        return voluntary == null || involuntary == null ? null : voluntary + involuntary;
    }

    /** Null for bodies without a byte. */
    private static @Nullable Double secondsPerGigabyte(Round round) {
        double bytes =
                (double) round.load().bodyBytes() / Math.max(1, round.load().responses());
        return bytes == 0 ? null : round.server().cpu().total() * GIGA / MICROS / bytes;
    }

    /** As "16 of 16". */
    private static String copied(@Nullable Counts counts) {
        if (counts == null || counts.zeroCopySends() == null || counts.zeroCopySends() == 0) {
            return NOTHING;
        }
        return counts.zeroCopyCopied() + " of " + counts.zeroCopySends();
    }

    private static String counted(CellResult cell, Function<Counts, @Nullable Double> figure) {
        return number(cell.counts() == null ? null : figure.apply(cell.counts()));
    }

    private static String measured(CellResult cell, Function<Round, @Nullable Double> figure) {
        return number(median(cell, figure));
    }

    private static @Nullable Double median(
            CellResult cell, Function<Round, @Nullable Double> figure) {
        List<Double> figures =
                cell.rounds().stream().map(figure).filter(Objects::nonNull).toList();
        return figures.isEmpty() ? null : Estimate.of(figures).median();
    }

    private static String number(@Nullable Double value) {
        return value == null ? NOTHING : Text.number(value);
    }

    private static String share(@Nullable Double value) {
        return value == null ? NOTHING : Text.percent(value);
    }

    private static String head(String first, String... others) {
        StringBuilder row = new StringBuilder("<tr><th>" + first + "</th>");
        for (String other : others) {
            row.append("<th class=\"n\">").append(other).append("</th>");
        }
        return row.append("</tr>\n").toString();
    }

    private static String row(String first, String... others) {
        StringBuilder row = new StringBuilder("<tr><td>" + Text.escaped(first) + "</td>");
        for (String other : others) {
            row.append("<td class=\"n\">").append(other).append("</td>");
        }
        return row.append("</tr>\n").toString();
    }
}
