package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.server.ByteCount;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * A progress bar for a user at a terminal, as wide as that is, with the rate and the time left;
 * prints nothing elsewhere. Any thread.
 */
final class ProgressLine {
    /** A shorter bar tells less than the number behind it. */
    private static final int BAR_MIN = 10;
    /** The end of the line has a width of its own, so that the bar does not change its length. */
    private static final int TAIL = "100 % of 999 MB, 999 MB/s, 59:59 left".length();
    /** Short enough to look alive. */
    private static final long REDRAW_NANOS = 100_000_000;
    /** The rate is that of the last seconds: what is left will take what it takes now. */
    private static final long SAMPLE_NANOS = 1_000_000_000;

    private static final int SAMPLES = 5;
    private static final int MINUTE = 60;
    private static final int HOUR = 3_600;
    /** Further ahead is no time to wait for. */
    private static final int HOURS_MAX = 99;
    /** Erases up to the end of the line (ECMA-48, EL). */
    private static final String ERASE = "\u001b[K";

    private final @Nullable PrintStream terminal;
    private final IntSupplier columns;
    private final String what;
    private final long total;
    private final LongSupplier clock;
    // What was done when, a ring: the oldest is at the next place
    private final long[] doneAt = new long[SAMPLES];
    private final long[] sampledAt = new long[SAMPLES];
    private int samples;
    private long done;
    private long drawnAt;

    /**
     * A bar.
     *
     * @param done what was done before, which tells nothing of the rate
     * @param total of all, or -1 if nobody knows
     */
    ProgressLine(
            @Nullable PrintStream terminal,
            IntSupplier columns,
            String what,
            long done,
            long total,
            LongSupplier clock) {
        this.terminal = terminal;
        this.columns = columns;
        this.what = what;
        this.done = done;
        this.total = total;
        this.clock = clock;
        drawnAt = clock.getAsLong() - REDRAW_NANOS;
        sample(clock.getAsLong());
    }

    /** A bar on stderr if that is a terminal. */
    static ProgressLine onStderr(String what, long done, long total) {
        boolean seen = Terminal.columns(Terminal.STDERR) > 0;
        return new ProgressLine(
                seen ? System.err : null,
                () -> Terminal.columns(Terminal.STDERR),
                what,
                done,
                total,
                System::nanoTime);
    }

    private void sample(long now) {
        doneAt[samples % SAMPLES] = done;
        sampledAt[samples % SAMPLES] = now;
        samples++;
    }

    /** Adds bytes to those that are done. */
    synchronized void advance(long bytes) {
        done += bytes;
        long now = clock.getAsLong();
        if (now - drawnAt >= REDRAW_NANOS) {
            drawnAt = now;
            draw(now);
            if (now - sampledAt[(samples - 1) % SAMPLES] >= SAMPLE_NANOS) {
                sample(now);
            }
        }
    }

    /** Draws the bar for the last time and ends the line. */
    synchronized void finish() {
        draw(clock.getAsLong());
        if (terminal != null) {
            terminal.println();
        }
    }

    private void draw(long now) {
        if (terminal != null) {
            terminal.print("\r" + text(now) + ERASE);
            terminal.flush();
        }
    }

    /** One column stays free: in the last one a new line may begin. */
    private String text(long now) {
        int width = Math.max(1, columns.getAsInt() - 1);
        // A file may have grown since its size was read, or have reported size 0.
        double part = total <= 0 ? 1 : Math.min(1, (double) done / total);
        String known = total < 0
                ? ByteCount.rounded(done)
                : String.format(
                        Locale.ROOT, "%3.0f %% of %s", part * 100, ByteCount.rounded(total));
        String tail = known + speed(now);
        int bar = width - what.length() - TAIL - " [] ".length();
        int full = (int) (part * bar);
        String line = total < 0 || bar < BAR_MIN
                ? what + " " + tail
                : what + " [" + "#".repeat(full) + " ".repeat(bar - full) + "] " + tail;
        return line.length() <= width ? line : line.substring(0, width);
    }

    /** Empty as long as the rate is unknown; what is left is guessed from a second or more. */
    private String speed(long now) {
        int oldest = samples < SAMPLES ? 0 : samples % SAMPLES;
        long moved = done - doneAt[oldest];
        long seen = now - sampledAt[oldest];
        if (moved <= 0 || seen < REDRAW_NANOS) {
            return "";
        }
        double rate = moved * 1e9 / seen;
        String words = ", " + ByteCount.rounded(Math.round(rate)) + "/s";
        boolean guess = total > done && seen >= SAMPLE_NANOS;
        return guess ? words + ", " + time((total - done) / rate) + " left" : words;
    }

    private static String time(double seconds) {
        long left = Math.round(Math.ceil(seconds));
        if (left > (long) HOURS_MAX * HOUR) {
            return "> " + HOURS_MAX + " h";
        }
        return left < HOUR
                ? String.format(Locale.ROOT, "%d:%02d", left / MINUTE, left % MINUTE)
                : String.format(
                        Locale.ROOT,
                        "%d:%02d:%02d",
                        left / HOUR,
                        left % HOUR / MINUTE,
                        left % MINUTE);
    }
}
