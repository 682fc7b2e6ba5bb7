package sluice.lab.report;

import sluice.lab.CellResult;
import sluice.lab.Estimate;
import sluice.lab.JobResult;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How CPU time per request grows with a number: a line for each of the other settings, the 95 %
 * interval as a band around it, and at each point a link to its rounds.
 */
final class LineChart {
    /** Settings that are numbers with an order of their own. */
    private static final Set<String> NUMBERS = Set.of("connections", "idle", "files", "file");

    /** Two points make no curve. */
    private static final int POINTS_MIN = 3;
    /** Nobody tells more colours apart. */
    private static final int LINES_MAX = 6;

    static final int HEIGHT = 340;
    private static final int LEFT = 70;
    private static final int LEFT_NARROW = 48;
    private static final int RIGHT = 150;
    private static final int RIGHT_NARROW = 90;
    private static final int TOP = 30;
    private static final int BOTTOM = 46;
    /** Of a letter of a label, about. */
    private static final double LETTER = 7.5;
    /** Where the largest figure is so many times the smallest, a linear scale hides the small. */
    private static final double LOGARITHMIC = 30;

    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB");
    private static final int LABEL = 15;
    private static final int TICKS = 5;

    private final StringBuilder svg = new StringBuilder();
    private final JobResult job;
    private final String axis;
    private final int width;
    private final int left;
    private final int right;
    private final List<Long> numbers;
    private final Map<String, List<CellResult>> lines = new LinkedHashMap<>();
    private final double most;
    private final double least;

    private LineChart(JobResult job, String axis, ChartSize size) {
        this.job = job;
        this.axis = axis;
        width = size.width;
        left = size == ChartSize.WIDE ? LEFT : LEFT_NARROW;
        right = size == ChartSize.WIDE ? RIGHT : RIGHT_NARROW;
        List<CellResult> cells = Figures.measured(job);
        numbers = cells.stream().map(this::number).distinct().sorted().toList();
        for (CellResult cell : cells) {
            Map<String, String> others = new LinkedHashMap<>(cell.varied());
            others.remove(axis);
            lines.computeIfAbsent(String.join(", ", others.values()), _ -> new ArrayList<>())
                    .add(cell);
        }
        lines.values().forEach(line -> line.sort(Comparator.comparing(this::number)));
        // Of the rounds: the interval of two of them may be wider than any chart.
        double[] rounds = cells.stream()
                .flatMap(cell -> cell.cpuOfRounds().stream())
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        double highest = rounds.length == 0 ? 1 : rounds[rounds.length - 1];
        double lowest = rounds.length == 0 ? 1 : rounds[0];
        boolean isLogarithmic = highest / lowest > LOGARITHMIC;
        least = isLogarithmic ? Math.pow(10, Math.floor(Math.log10(lowest))) : 0;
        most = isLogarithmic ? Math.pow(10, Math.ceil(Math.log10(highest))) : highest;
    }

    /** The chart of a job as SVG; empty if it varies no number, or too few of them have figures. */
    static String of(JobResult job, ChartSize size) {
        for (String axis : job.axes()) {
            if (NUMBERS.contains(axis)) {
                LineChart chart = new LineChart(job, axis, size);
                boolean isDrawn =
                        chart.numbers.size() >= POINTS_MIN && chart.lines.size() <= LINES_MAX;
                return isDrawn ? chart.draw() : "";
            }
        }
        return "";
    }

    /** Whether a chart is left out that would have too many lines. */
    static boolean isTooMany(JobResult job) {
        return of(job, ChartSize.WIDE).isEmpty()
                && job.axes().stream()
                        .filter(NUMBERS::contains)
                        .map(axis -> new LineChart(job, axis, ChartSize.WIDE))
                        .anyMatch(chart -> chart.lines.size() > LINES_MAX);
    }

    private Long number(CellResult cell) {
        return Long.valueOf(cell.varied().getOrDefault(axis, "0"));
    }

    /** Sizes of files are powers of two, and too long to stand side by side as numbers. */
    private String label(long number) {
        if (axis.equals("file")) {
            for (int unit = UNITS.size(); unit > 0; unit--) {
                long size = 1L << (10 * unit);
                if (number >= size && number % size == 0) {
                    return number / size + " " + UNITS.get(unit - 1);
                }
            }
        }
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static double low(CellResult cell) {
        Estimate cpu = Estimate.of(cell.cpuOfRounds());
        return cpu.rounds() < 2 ? cpu.median() : Math.min(cpu.low(), cpu.median());
    }

    private static double high(CellResult cell) {
        Estimate cpu = Estimate.of(cell.cpuOfRounds());
        return cpu.rounds() < 2 ? cpu.median() : Math.max(cpu.high(), cpu.median());
    }

    private String draw() {
        add(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"CPU time per request by"
                        + " %s\">",
                width, HEIGHT, axis);
        add(
                "<text class=\"soft\" x=\"%d\" y=\"14\">%sus of CPU time per request; band: 95 %%"
                        + " interval</text>",
                left, least > 0 ? "log " : "");
        double step = BarChart.step(most / TICKS);
        for (double value = least; value <= most * 1.001; ) {
            add(
                    "<line class=\"line\" x1=\"%d\" x2=\"%d\" y1=\"%3$.1f\" y2=\"%3$.1f\"/>",
                    left, width - right, y(value));
            add(
                    "<text class=\"soft\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    left - 8, y(value) + 4, Text.number(value));
            value = least > 0 ? value * 10 : value + step;
        }
        numbers();
        add(
                "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s"
                        + " (logarithmic)</text>",
                (left + width - right) / 2, HEIGHT - 8, axis);
        int index = 0;
        for (List<CellResult> line : lines.values()) {
            line(line, index++);
        }
        labels();
        return svg.append("</svg>").toString();
    }

    /** Of the axis; without those that would overlap the one before. */
    private void numbers() {
        double free = 0;
        for (long number : numbers) {
            String label = label(number);
            double half = label.length() * LETTER / 2;
            if (x(number) - half >= free) {
                add(
                        "<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                        x(number), HEIGHT - BOTTOM + 18, label);
                free = x(number) + half + LETTER;
            }
        }
    }

    private void line(List<CellResult> cells, int index) {
        StringBuilder band = new StringBuilder();
        StringBuilder middle = new StringBuilder();
        for (CellResult cell : cells) {
            band.append(point(cell, high(cell)));
            middle.append(point(cell, median(cell)));
        }
        for (CellResult cell : cells.reversed()) {
            band.append(point(cell, low(cell)));
        }
        add("<polygon class=\"band c%d\" points=\"%s\"/>", index, band);
        add("<polyline class=\"curve c%d\" points=\"%s\"/>", index, middle);
        for (CellResult cell : cells) {
            add(
                    "<a href=\"#rounds-%s\"><title>%s</title><circle class=\"dot c%d\" cx=\"%.1f\""
                            + " cy=\"%.1f\" r=\"4\"/></a>",
                    Text.escaped(job.name()),
                    Text.escaped(cell.name() + ": " + cell.cpuOfRounds()),
                    index,
                    x(number(cell)),
                    y(median(cell)));
        }
    }

    /** Each beside the end of its line; lower where two would overlap. */
    private void labels() {
        List<String> names = new ArrayList<>(lines.keySet());
        List<String> order = new ArrayList<>(names);
        order.sort(Comparator.comparingDouble(name -> y(median(last(name)))));
        double free = 0;
        for (int i = 0; i < order.size(); i++) {
            String name = order.get(i);
            // The names below this one need room above the numbers of the axis.
            double lowest = HEIGHT - BOTTOM - LABEL * (order.size() - 1.0 - i);
            double at = Math.max(free, Math.min(lowest, y(median(last(name))) + 4));
            add(
                    "<text class=\"name c%d\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                    names.indexOf(name), x(number(last(name))) + 10, at, Text.escaped(name));
            free = at + LABEL;
        }
    }

    private CellResult last(String name) {
        return lines.getOrDefault(name, List.of()).getLast();
    }

    private static double median(CellResult cell) {
        return Estimate.of(cell.cpuOfRounds()).median();
    }

    private String point(CellResult cell, double value) {
        return String.format(Locale.ROOT, "%.1f,%.1f ", x(number(cell)), y(value));
    }

    /** By the logarithm; zero, which has none, stands where the next smaller number would. */
    private double x(long number) {
        long first = numbers.getFirst() > 0 ? numbers.getFirst() : numbers.get(1);
        double from = Math.log((double) first);
        double to = Math.log(numbers.getLast().doubleValue());
        double zero = (to - from) / (numbers.size() - 1);
        double begin = numbers.getFirst() > 0 ? from : from - Math.max(zero, 1);
        double at = number > 0 ? Math.log((double) number) : begin;
        return left + 14 + (at - begin) / Math.max(1e-9, to - begin) * (width - left - right - 14);
    }

    private double y(double value) {
        double share = least > 0 ? Math.log(value / least) / Math.log(most / least) : value / most;
        return HEIGHT - BOTTOM - Math.clamp(share, 0, 1) * (HEIGHT - TOP - BOTTOM);
    }

    private void add(String form, Object... values) {
        svg.append(String.format(Locale.ROOT, form, values)).append('\n');
    }
}
