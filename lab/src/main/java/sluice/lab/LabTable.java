package sluice.lab;

import org.jspecify.annotations.Nullable;

import sluice.lab.CellResult.Outcome;
import sluice.lab.CellResult.Round;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/** Figures of a job as a table for a terminal, at most 100 columns wide. */
public final class LabTable {
    private static final String FORM = "  %-18s %16s %6s %6s %6s %16s %9s %7s %s";
    private static final int NAME = 18;
    /** From here on the column has room for thousands only: starts, and files of 1 GiB. */
    private static final double THOUSANDS = 10_000;
    /** Of an interval: how much more its end may be than its beginning. */
    private static final double TOO_WIDE = 1_000;

    /** As much of a sentence as fits into a line of 100 columns. */
    private static final Pattern WIDE = Pattern.compile("(.{1,98})(?:\\s+|$)");

    private LabTable() {}

    private static List<Double> each(CellResult cell, ToDoubleFunction<Round> figure) {
        return cell.rounds().stream().mapToDouble(figure).boxed().toList();
    }

    private static double median(CellResult cell, ToDoubleFunction<Round> figure) {
        return Estimate.of(each(cell, figure)).median();
    }

    /** The table of a job. */
    public static String text(JobResult job) {
        StringBuilder text = new StringBuilder();
        text.append(job.name()).append(": ").append(job.question()).append('\n');
        text.append(line(
                String.join(", ", job.axes()),
                "CPU us/request",
                "user",
                "kernel",
                "calls",
                "to the first",
                "req/s",
                "p99 ms",
                ""));
        List<CellResult> measured = job.cells().stream()
                .filter(c -> c.outcome() == Outcome.MEASURED)
                .toList();
        @Nullable CellResult base = measured.isEmpty() ? null : measured.getFirst();
        List<String> notes = new ArrayList<>();
        for (CellResult cell : job.cells()) {
            text.append(
                    cell.outcome() == Outcome.MEASURED && !cell.rounds().isEmpty()
                            ? row(job, cell, Objects.requireNonNull(base), notes)
                            : wrapped(String.format(
                                    Locale.ROOT,
                                    "%-" + NAME + "s %s: %s",
                                    cell.name(),
                                    cell.outcome().name().toLowerCase(Locale.ROOT),
                                    why(cell))));
        }
        text.append(noise(job));
        notes.stream().distinct().forEach(note -> text.append(wrapped(note)));
        return text.toString();
    }

    /** A sentence in lines of a table: two columns are left free at the left. */
    public static String wrapped(String sentence) {
        return WIDE.matcher(sentence).replaceAll("  $1\n");
    }

    private static String why(CellResult cell) {
        return cell.reason() == null ? "the lab ended before its first round" : cell.reason();
    }

    private static String row(JobResult job, CellResult cell, CellResult base, List<String> notes) {
        Estimate cpu = Estimate.of(cell.cpuOfRounds());
        Estimate ratio = Estimate.ofRatios(cell.cpuOfRounds(), base.cpuOfRounds());
        String marks = "";
        if (cell.rounds().stream().anyMatch(round -> round.load().atClientsCeiling())) {
            marks += "c";
            notes.add("c: the client was busy for more than 80 % of a CPU; rate and p99 may be its"
                    + " limit");
        }
        if (!cell.wasWarm()) {
            marks += "w";
            notes.add(
                    "w: not yet warm: its JIT compilers still worked, or CPU time per request still"
                            + " fell");
        }
        if (job.movesWork(cell, base)) {
            marks += "m";
            notes.add("m: with the client's CPU time it is no difference: the work moved to the"
                    + " client");
        }
        if (cell.rounds().stream().anyMatch(round -> round.load().unsent() > 0)) {
            marks += "u";
            notes.add("u: some requests were due, and no connection was free to send them");
        }
        if (cell.counts() != null && cell.counts().ofItself()) {
            marks += "o";
            notes.add("o: counted by Sluice itself: system calls of the JVM are missing");
        }
        if (isTooWide(cpu) || isTooWide(ratio)) {
            notes.add("(?): the rounds differ so much that an interval would say nothing");
        }
        return ownLine(cell.name(), NAME)
                + line(
                        inRow(cell.name(), NAME),
                        micros(cpu),
                        number(median(cell, round -> round.server().cpu().user())),
                        number(median(cell, round -> round.server().cpu().system())),
                        calls(cell, notes),
                        cell.equals(base)
                                ? "1"
                                : job.disturbance() == null ? ratio(ratio, job.noise()) : "?",
                        rate(median(cell, round -> round.load().rate())),
                        String.format(
                                Locale.ROOT,
                                "%.2f",
                                median(cell, round -> round.load().p99()) / 1e3),
                        marks);
    }

    private static String line(Object... columns) {
        return String.format(Locale.ROOT, FORM, columns).stripTrailing() + "\n";
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 10 ? "%.2f" : "%,.0f", perSecond);
    }

    /** System calls per request. */
    private static String calls(CellResult cell, List<String> notes) {
        Counts counts = cell.counts();
        if (counts != null && counts.systemCalls() == null) {
            notes.add("System calls are not counted: " + counts.systemCallsFrom());
        }
        return calls(counts);
    }

    static String calls(@Nullable Counts counts) {
        Double calls = counts == null ? null : counts.systemCalls();
        return calls == null
                ? "-"
                : String.format(Locale.ROOT, calls < 100 ? "%.2f" : "%.0f", calls);
    }

    static String cut(String name, int width) {
        return name.length() <= width ? name : name.substring(0, width);
    }

    /** A name that has no room in its column stands above its row: cut, it might be another. */
    static String ownLine(String name, int width) {
        return name.length() <= width ? "" : "  " + name + "\n";
    }

    static String inRow(String name, int width) {
        return name.length() <= width ? name : "";
    }

    static String micros(Estimate cpu) {
        if (cpu.median() < THOUSANDS) {
            return interval(cpu, cpu.high() < 100 ? "%.1f" : "%.0f");
        }
        Estimate thousands = new Estimate(
                cpu.median() / 1_000, cpu.low() / 1_000, cpu.high() / 1_000, cpu.rounds());
        return interval(thousands, thousands.median() < 100 ? "%.1fk" : "%.0fk");
    }

    static String ratio(Estimate ratio) {
        return interval(ratio, ratio.high() < 10 ? "%.2f" : "%.1f");
    }

    private static String number(double figure) {
        return figure < THOUSANDS
                ? String.format(Locale.ROOT, "%.1f", figure)
                : String.format(Locale.ROOT, "%.0fk", figure / 1_000);
    }

    private static boolean isTooWide(Estimate estimate) {
        return estimate.rounds() > 1 && estimate.high() > TOO_WIDE * estimate.low();
    }

    /** Without figures if rounds lie so far apart that these would say nothing. */
    private static String interval(Estimate estimate, String form) {
        String median = String.format(Locale.ROOT, form, estimate.median());
        if (estimate.rounds() < 2) {
            return median;
        }
        return isTooWide(estimate)
                ? median + " (?)"
                : String.format(
                        Locale.ROOT,
                        form + " (" + form + "-" + form + ")",
                        estimate.median(),
                        estimate.low(),
                        estimate.high());
    }

    /** What is within the noise is no difference. */
    private static String ratio(Estimate ratio, @Nullable Double noise) {
        return ratio.differs(noise) ? ratio(ratio) : "no difference";
    }

    private static String noise(JobResult job) {
        String disturbance = job.disturbance();
        if (disturbance != null) {
            return wrapped("The machine was busy with something else: " + disturbance + ".")
                    + wrapped("No difference is named: run it again on a machine at rest.");
        }
        return job.noise() == null
                ? "  The same cell was not measured twice: differences cannot be judged.\n"
                : String.format(
                        Locale.ROOT,
                        "  Less than %.0f %% is no difference here: so far apart may two servers be"
                                + " that are the same.%n",
                        Math.ceil(job.noise() * 100));
    }
}
