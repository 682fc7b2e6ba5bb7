package sluice.server.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyMode;

import java.util.Locale;

/**
 * The Server-Timing field (https://www.w3.org/TR/server-timing/), which browsers show beside their
 * own times. It tells what is known when the head is written: how long the lookup took, and which
 * way the body will go.
 */
public final class TimingLine {
    private static final double NANOS_PER_MILLI = 1e6;

    private TimingLine() {}

    /**
     * From the request's head to the response's.
     *
     * @param byWorker whether a worker had to look, and the loop did not know the answer
     */
    public record Lookup(long nanos, boolean byWorker) {}

    /** The line, including CR LF. */
    public static byte[] of(@Nullable Lookup lookup, @Nullable CopyMode way) {
        return ("Server-Timing: " + value(lookup, way) + "\r\n").getBytes(US_ASCII);
    }

    /** The value alone. */
    public static String value(@Nullable Lookup lookup, @Nullable CopyMode way) {
        String found = lookup == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "lookup;dur=%.3f;desc=\"%s\", ",
                        lookup.nanos / NANOS_PER_MILLI,
                        lookup.byWorker ? "by a worker" : "in the loop");
        String copy = way == null ? "memory" : way.label();
        return found + "copy;desc=\"" + copy + "\"";
    }
}
