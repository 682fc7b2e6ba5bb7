package sluice.lab.report;

import sluice.lab.CellResult;
import sluice.lab.Estimate;
import sluice.lab.JobResult;

import java.util.List;
import java.util.Locale;

/**
 * CPU time per request of each cell as a bar, user and kernel apart, with the interval and a circle
 * for each round: how far rounds are apart is part of the figure.
 */
final class BarChart {
    private static final int WIDTH = 860;
    private static final int LEFT = 210;
    private static final int RIGHT = 120;
    private static final int ROW = 34;
    private static final int BAR = 16;
    private static final int TOP = 26;
    private static final int TICKS = 5;

    private final StringBuilder svg = new StringBuilder();
    private final List<CellResult> cells;
    private final double most;

    private BarChart(List<CellResult> cells) {
        this.cells = cells;
        most = cells.stream()
                .flatMap(cell -> cell.cpuOfRounds().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
    }

    /** The chart of a job as SVG; empty if nothing was measured. */
    static String of(JobResult job) {
        List<CellResult> cells = Figures.measured(job);
        return cells.isEmpty() ? "" : new BarChart(cells).draw();
    }

    private String draw() {
        int height = TOP + cells.size() * ROW + 24;
        add(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"CPU time per request\">",
                WIDTH, height);
        add("<rect class=\"user\" x=\"%d\" y=\"2\" width=\"12\" height=\"12\"/>", LEFT);
        add("<text x=\"%d\" y=\"13\">user</text>", LEFT + 18);
        add("<rect class=\"kernel\" x=\"%d\" y=\"2\" width=\"12\" height=\"12\"/>", LEFT + 70);
        add("<text x=\"%d\" y=\"13\">kernel</text>", LEFT + 88);
        add(
                "<text class=\"soft\" x=\"%d\" y=\"13\">microseconds of CPU time per request;"
                        + " line: 95 %% interval; circles: rounds</text>",
                LEFT + 150);
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

    private void row(CellResult cell, int top) {
        List<Double> rounds = cell.cpuOfRounds();
        Estimate cpu = Estimate.of(rounds);
        double user = Estimate.of(cell.rounds().stream()
                        .map(round -> round.server().cpu().user())
                        .toList())
                .median();
        double middle = top + ROW / 2.0;
        double userEnd = x(Math.min(user, cpu.median()));
        add("<g><title>%s</title>", Text.escaped(cell.name() + ": " + rounds));
        add(
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                LEFT - 10, middle + 4, Text.escaped(cell.name()));
        bar("user", x(0), userEnd, middle);
        bar("kernel", userEnd, x(cpu.median()), middle);
        if (cpu.rounds() > 1) {
            add(
                    "<line class=\"interval\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%3$.1f\""
                            + " y2=\"%3$.1f\"/>",
                    x(Math.min(most, cpu.low())), x(Math.min(most, cpu.high())), middle);
        }
        for (double round : rounds) {
            add("<circle class=\"round\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", x(round), middle);
        }
        add(
                "<text x=\"%d\" y=\"%.1f\">%s</text></g>",
                WIDTH - RIGHT + 14, middle + 4, Text.number(cpu.median()));
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
