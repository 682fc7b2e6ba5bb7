package sluice.lab.explain;

import sluice.server.ByteCount;

import java.util.Locale;
import java.util.regex.Pattern;

/** How figures are written. */
final class Words {
    private static final double MILLI = 1e6;

    /** As much of a sentence as fits into a line. */
    private static final Pattern LINE = Pattern.compile("(.{1,80})(?: |$)");

    private Words() {}

    /** A sentence in lines of 80 columns at most, each with its end. */
    static String lines(String sentence) {
        return LINE.matcher(sentence).replaceAll("$1\n");
    }

    static String bytes(long count) {
        return ByteCount.exact(count);
    }

    static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f ms", nanos / MILLI);
    }

    /** What came over the network: a terminal must not take it for commands. */
    static String safe(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
