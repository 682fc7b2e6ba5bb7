package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.server.ByteCount;

import java.io.Console;
import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * A progress bar for a user at a terminal; prints nothing elsewhere. Any thread.
 */
final class ProgressLine {
    private static final int BAR_WIDTH = 40;
    /** Short enough to look alive. */
    private static final long REDRAW_NANOS = 100_000_000;

    private final @Nullable PrintStream terminal;
    private final String what;
    private final long total;
    private final LongSupplier clock;
    private long done;
    private long drawnAt;

    ProgressLine(@Nullable PrintStream terminal, String what, long total, LongSupplier clock) {
        this.terminal = terminal;
        this.what = what;
        this.total = total;
        this.clock = clock;
        drawnAt = clock.getAsLong() - REDRAW_NANOS;
    }

    /** A bar on {@code stream} if the process runs at a terminal. */
    static ProgressLine at(@Nullable Console console, PrintStream stream, String what, long total) {
        boolean seen = console != null && console.isTerminal();
        return new ProgressLine(seen ? stream : null, what, total, System::nanoTime);
    }

    /** Adds bytes to those that are done. */
    synchronized void advance(long bytes) {
        done += bytes;
        if (clock.getAsLong() - drawnAt >= REDRAW_NANOS) {
            drawnAt = clock.getAsLong();
            draw();
        }
    }

    /** Draws the bar for the last time and ends the line. */
    synchronized void finish() {
        draw();
        if (terminal != null) {
            terminal.println();
        }
    }

    private void draw() {
        if (terminal != null) {
            // A file may have grown since its size was read, or have reported size 0.
            double part = total == 0 ? 1 : Math.min(1, (double) done / total);
            int full = (int) (part * BAR_WIDTH);
            terminal.printf(
                    "\r%s [%s%s] %3.0f %% of %s",
                    what,
                    "#".repeat(full),
                    " ".repeat(BAR_WIDTH - full),
                    part * 100,
                    ByteCount.rounded(total));
            terminal.flush();
        }
    }
}
