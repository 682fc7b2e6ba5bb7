package sluice.lab.report;

import sluice.lab.CellResult;
import sluice.lab.Estimate;
import sluice.lab.Figure;
import sluice.lab.JobResult;

import java.util.List;
import java.util.Locale;

/**
 * A figure of each cell as a bar, with the interval and a circle for each round: how far rounds are
 * apart is part of the figure.
 */
final class BarChart {
    private static final int ROW = 34;
    /** For a name above a bar. */
    private static final int NAME = 18;

    private static final int BAR = 16;
    private static final int TICKS = 5;

    private final StringBuilder svg = new StringBuilder();
    private final List<CellResult> cells;
    private final Figure figure;
    private final ChartSize size;
    private final double most;

    private BarChart(List<CellResult> cells, Figure figure, ChartSize size) {
        this.cells = cells;
        this.figure = figure;
        this.size = size;
        most = cells.stream()
                .flatMap(cell -> values(cell).stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
    }

    /** The chart of a job as SVG; empty if nothing was measured. */
    static String of(JobResult job, Figure figure, ChartSize size) {
        List<CellResult> cells = Figures.measured(job);
        return cells.isEmpty() ? "" : new BarChart(cells, figure, size).draw();
    }

    /** Of the wide chart of a job. */
    static int height(JobResult job) {
        return ChartSize.WIDE.top + Figures.measured(job).size() * ROW + 24;
    }

    private int rowHeight() {
        return size == ChartSize.NARROW ? ROW + NAME : ROW;
    }

    private String draw() {
        int height = size.top + cells.size() * rowHeight() + 24;
        add(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                size.width, height, figure.words());
        legend();
        double step = step(most / TICKS);
        for (double tick = 0; tick <= most * 1.001; tick += step) {
            add(
                    "<line class=\"line\" x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\"/>",
                    x(tick), size.top, height - 20);
            add(
                    "<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x(tick), height - 5, Text.number(tick));
        }
        for (int i = 0; i < cells.size(); i++) {
            row(cells.get(i), size.top + i * rowHeight());
        }
        return svg.append("</svg>").toString();
    }

    private void legend() {
        int left = size.left;
        if (figure == Figure.CPU) {
            add("<rect class=\"user\" x=\"%d\" y=\"2\" width=\"12\" height=\"12\"/>", left);
            add("<text x=\"%d\" y=\"13\">user</text>", left + 18);
            add("<rect class=\"kernel\" x=\"%d\" y=\"2\" width=\"12\" height=\"12\"/>", left + 70);
            add("<text x=\"%d\" y=\"13\">kernel</text>", left + 88);
            left += 150;
        }
        String marks = "line: 95 % interval; circles: rounds";
        if (size == ChartSize.NARROW) {
            words(left, 13, marks);
            words(size.left, 31, unit());
        } else {
            words(left, 13, unit() + "; " + marks);
        }
    }

    private void words(int x, int y, String words) {
        add("<text class=\"soft\" x=\"%d\" y=\"%d\">%s</text>", x, y, words);
    }

    private void row(CellResult cell, int top) {
        List<Double> rounds = values(cell);
        Estimate whole = Estimate.of(rounds);
        double user = figure == Figure.CPU ? userMode(cell) : 0;
        double middle = top + rowHeight() - ROW / 2.0;
        double userEnd = x(Math.min(user, whole.median()));
        add("<g><title>%s</title>", Text.escaped(cell.name() + ": " + rounds));
        name(cell, top, middle);
        bar("user", x(0), userEnd, middle);
        bar("kernel", userEnd, x(whole.median()), middle);
        if (whole.rounds() > 1) {
            add(
                    "<line class=\"interval\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%3$.1f\""
                            + " y2=\"%3$.1f\"/>",
                    x(Math.min(most, whole.low())), x(Math.min(most, whole.high())), middle);
        }
        for (double round : rounds) {
            add("<circle class=\"round\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", x(round), middle);
        }
        add(
                "<text x=\"%d\" y=\"%.1f\">%s</text></g>",
                size.width - size.right + 10, middle + 4, Text.number(whole.median()));
    }

    private void name(CellResult cell, int top, double middle) {
        String name = Text.escaped(cell.name());
        if (size == ChartSize.NARROW) {
            add("<text x=\"%d\" y=\"%d\">%s</text>", size.left, top + NAME, name);
        } else {
            add(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    size.left - 10, middle + 4, name);
        }
    }

    private String unit() {
        return switch (figure) {
            case CPU -> "microseconds of CPU time per request";
            case TIME -> "milliseconds for each answer, over all connections";
            case P99 -> "milliseconds in which 99 of 100 requests were answered";
        };
    }

    /** In that unit. */
    private List<Double> values(CellResult cell) {
        double scale = switch (figure) {
            case CPU -> 1;
            case TIME -> 1e3;
            case P99 -> 1e-3;
        };
        return figure.of(cell).stream().map(value -> value * scale).toList();
    }

    private static double userMode(CellResult cell) {
        return Estimate.of(cell.rounds().stream()
                        .map(round -> round.server().cpu().user())
                        .toList())
                .median();
    }

    private void bar(String kind, double from, double to, double middle) {
        add(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>",
                kind, from, middle - BAR / 2.0, Math.max(0, to - from), BAR);
    }

    private double x(double value) {
        return size.left + value / most * (size.width - size.left - size.right);
    }

    /** A round number at least as large. */
    static double step(double atLeast) {
        double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= atLeast) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private void add(String form, Object... values) {
        svg.append(String.format(Locale.ROOT, form, values)).append('\n');
    }
}
