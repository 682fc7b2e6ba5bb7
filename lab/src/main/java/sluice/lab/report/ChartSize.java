package sluice.lab.report;

import java.util.Locale;
import java.util.function.Function;

/**
 * For how much room a chart is drawn: a wide one that is shrunk to the width of a phone has letters
 * that nobody reads. A page has both, and shows the one that fits.
 */
enum ChartSize {
    WIDE(860, 210, 120, 26),
    /** Names stand above their bars, and the unit has two lines. */
    NARROW(390, 12, 64, 44);

    /** Of the drawing, in pixels of a page at its own size, and what is left free in it. */
    final int width;

    final int left;
    final int right;
    final int top;

    ChartSize(int width, int left, int right, int top) {
        this.width = width;
        this.left = left;
        this.right = right;
        this.top = top;
    }

    /** Both as figures of a page; empty if there is nothing to draw. */
    static String figures(Function<ChartSize, String> chart) {
        StringBuilder both = new StringBuilder();
        for (ChartSize size : values()) {
            String drawn = chart.apply(size);
            if (!drawn.isEmpty()) {
                both.append("<figure class=\"")
                        .append(size.name().toLowerCase(Locale.ROOT))
                        .append("\">")
                        .append(drawn)
                        .append("</figure>\n");
            }
        }
        return both.toString();
    }
}
