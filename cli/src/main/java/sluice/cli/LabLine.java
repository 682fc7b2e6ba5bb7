package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.lab.JobResult;
import sluice.lab.LabListener;
import sluice.lab.LabTable;

import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;

/** Tells what the lab does: a bar on a terminal, and the table of each job when it has ended. */
final class LabLine implements LabListener, AutoCloseable {
    /** Erases up to the end of the line (ECMA-48, EL). */
    private static final String ERASE = "\u001b[K";

    private static final int BAR = 20;
    private static final int WIDTH = 79;

    private final @Nullable PrintStream terminal;
    private final PrintWriter out;
    private final long begun = System.nanoTime();

    LabLine(@Nullable PrintStream terminal, PrintWriter out) {
        this.terminal = terminal;
        this.out = out;
    }

    static LabLine at(@Nullable Console console, PrintStream stream, PrintWriter out) {
        return new LabLine(console != null && console.isTerminal() ? stream : null, out);
    }

    @Override
    public void step(String what, double done) {
        if (terminal != null) {
            terminal.print(text(what, done, (System.nanoTime() - begun) / 1e9) + ERASE + "\r");
            terminal.flush();
        }
    }

    static String text(String what, double done, double elapsed) {
        int full = (int) (done * BAR);
        String left = done < 0.02
                ? ""
                : String.format(Locale.ROOT, " %.0f s left,", elapsed / done - elapsed);
        String line = "[" + "#".repeat(full) + " ".repeat(BAR - full) + "]" + left + " " + what;
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH);
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
