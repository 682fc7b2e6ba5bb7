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
    static final int WIDTH = 860;
    private static final int LEFT = 210;
    private static final int RIGHT = 120;
    private static final int ROW = 34;
    private static final int BAR = 16;
    private static final int TOP = 26;
    private static final int TICKS = 5;

    private final StringBuilder svg = new StringBuilder();
    private final List<CellResult> cells;
    private final Figure figure;
    private final double most;

    private BarChart(List<CellResult> cells, Figure figure) {
        this.cells = cells;
        this.figure = figure;
        most = cells.stream()
                .flatMap(cell -> values(cell).stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
    }

    /** The chart of a job as SVG; empty if nothing was measured. */
    static String of(JobResult job, Figure figure) {
        List<CellResult> cells = Figures.measured(job);
        return cells.isEmpty() ? "" : new BarChart(cells, figure).draw();
    }

    /** Of the chart of a job, in the units of {@link #WIDTH}. */
    static int height(JobResult job) {
        return height(Figures.measured(job).size());
    }

    private static int height(int cells) {
        return TOP + cells * ROW + 24;
    }

    private String draw() {
        int height = height(cells.size());
        add(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH, height, figure.words());
        legend();
        double step = step(most / TICKS);
        for (double tick = 0; tick <= most * 1.001; tick += step) {
            add(
                    "<line class=\"line\" x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\"/>",
                    x(tick), TOP, height - 20);
            add(
                    "<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x(tick), height - 5, Text.number(tick));
        }
        for (int i = 0; i < cells.size(); i++) {
            row(cells.get(i), TOP + i * ROW);
        }
        return svg.append("</svg>").toString();
    }

    private void legend() {
        if (figure == Figure.CPU) {
            add("<rect class=\"user\" x=\"%d\" y=\"2\" width=\"12\" height=\"12\"/>", LEFT);
            add("<text x=\"%d\" y=\"13\">user</text>", LEFT + 18);
            add("<rect class=\"kernel\" x=\"%d\" y=\"2\" width=\"12\" height=\"12\"/>", LEFT + 70);
            add("<text x=\"%d\" y=\"13\">kernel</text>", LEFT + 88);
        }
        add(
                "<text class=\"soft\" x=\"%d\" y=\"13\">%s; line: 95 %% interval; circles:"
                        + " rounds</text>",
                figure == Figure.CPU ? LEFT + 150 : LEFT, unit());
    }

    private void row(CellResult cell, int top) {
        List<Double> rounds = values(cell);
        Estimate whole = Estimate.of(rounds);
        double user = figure == Figure.CPU ? userMode(cell) : 0;
        double middle = top + ROW / 2.0;
        double userEnd = x(Math.min(user, whole.median()));
        add("<g><title>%s</title>", Text.escaped(cell.name() + ": " + rounds));
        add(
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                LEFT - 10, middle + 4, Text.escaped(cell.name()));
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
                WIDTH - RIGHT + 14, middle + 4, Text.number(whole.median()));
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
        return LEFT + value / most * (WIDTH - LEFT - RIGHT);
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
