package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.lab.LoadSecond;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/** One line on a terminal that says what a load does now; prints nothing elsewhere. */
final class LoadLine implements AutoCloseable {
    /** Erases up to the end of the line (ECMA-48, EL). */
    private static final String ERASE = "\u001b[K";

    private final @Nullable PrintStream terminal;

    LoadLine(@Nullable PrintStream terminal) {
        this.terminal = terminal;
    }

    static LoadLine at(@Nullable Console console, PrintStream stream) {
        return new LoadLine(console != null && console.isTerminal() ? stream : null);
    }

    void show(LoadSecond second) {
        if (terminal != null) {
            terminal.print(text(second) + ERASE + "\r");
            terminal.flush();
        }
    }

    static String text(LoadSecond second) {
        return String.format(
                Locale.ROOT,
                "%3.0f s %s  %,.0f requests/s  p99 %.2f ms  %d failed  client %.0f %%",
                second.at(),
                second.measured() ? "measuring" : "warming up",
                second.rate(),
                second.p99() / 1e3,
                second.failed(),
                second.loopCpu() * 100);
    }

    @Override
    public void close() {
        if (terminal != null) {
            terminal.print(ERASE);
            terminal.flush();
        }
    }
}
