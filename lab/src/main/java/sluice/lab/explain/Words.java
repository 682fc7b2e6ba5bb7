package sluice.lab.explain;

import sluice.server.ByteCount;

import java.util.Locale;

/** How figures are written. */
final class Words {
    private static final double MILLI = 1e6;

    private Words() {}

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
