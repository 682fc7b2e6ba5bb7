package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.lab.Job;
import sluice.lab.JobResult;
import sluice.lab.Lab;
import sluice.lab.LabListener;
import sluice.lab.LabPlan;
import sluice.lab.LabTable;
import sluice.server.ByteCount;

import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Tells what the lab does: a bar on a terminal, elsewhere a line when a job begins; and the table
 * of each job when it has ended.
 */
final class LabLine implements LabListener, AutoCloseable {
    /** Erases up to the end of the line (ECMA-48, EL). */
    private static final String ERASE = "\u001b[K";

    private static final int BAR = 20;
    private static final int WIDTH = 79;
    /** From here on a time is told in minutes. */
    private static final double MINUTES = 100;

    private final @Nullable PrintStream terminal;
    private final PrintWriter log;
    private final PrintWriter out;
    /** A part that takes longer than planned does not shorten the bar. */
    private double shown;

    LabLine(@Nullable PrintStream terminal, PrintWriter log, PrintWriter out) {
        this.terminal = terminal;
        this.log = log;
        this.out = out;
    }

    static LabLine at(
            @Nullable Console console, PrintStream stream, PrintWriter log, PrintWriter out) {
        return new LabLine(console != null && console.isTerminal() ? stream : null, log, out);
    }

    /** Before a run: what it consists of, and how long it takes. */
    void plan(LabPlan plan) {
        int cells = plan.jobs().stream()
                .mapToInt(job -> job.cells(plan.full()).size())
                .sum();
        log.println(ByteCount.counted(plan.jobs().size(), "job") + ", "
                + ByteCount.counted(cells, "cell") + ": at most about "
                + time(Lab.seconds(plan)));
        log.flush();
    }

    @Override
    public void begins(Job job, int cells, double seconds) {
        if (terminal == null) {
            log.println(job.name() + ": " + job.question() + " " + ByteCount.counted(cells, "cell")
                    + ", about " + time(seconds));
            log.flush();
        }
    }

    @Override
    public void step(String what, double done, double left) {
        if (terminal != null) {
            shown = Math.max(shown, done);
            terminal.print(text(what, shown, left) + ERASE + "\r");
            terminal.flush();
        }
    }

    static String text(String what, double done, double left) {
        int full = (int) (done * BAR);
        String line = "[" + "#".repeat(full) + " ".repeat(BAR - full) + "] " + time(left)
                + " left, " + what;
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH);
    }

    /** Rounded up, as an estimate is. */
    static String time(double seconds) {
        return seconds < MINUTES
                ? String.format(Locale.ROOT, "%.0f s", Math.ceil(seconds))
                : String.format(Locale.ROOT, "%.0f minutes", Math.ceil(seconds / 60));
    }

    @Override
    public void ended(JobResult result) {
        close();
        out.println(LabTable.text(result));
        out.flush();
    }

    @Override
    public void close() {
        if (terminal != null) {
            terminal.print(ERASE);
            terminal.flush();
        }
    }
}
