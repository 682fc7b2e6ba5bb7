package sluice.lab.report;

import sluice.lab.Figure;
import sluice.lab.JobResult;
import sluice.lab.LabResults;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** The chart of a job as a file of its own, for other pages; it says where it was measured. */
public final class ChartFile {
    /** Above the chart, for the question. */
    private static final int ABOVE = 36;
    /** Below it, for where and when. */
    private static final int BELOW = 22;

    private ChartFile() {}

    /** SVG; empty if nothing was measured. */
    public static String of(LabResults results, JobResult job) throws IOException {
        String lines = LineChart.of(job, ChartSize.WIDE);
        // Who waits uses no CPU time meanwhile: how long that takes is the figure.
        boolean waits = job.cells().stream().allMatch(Figures::waits);
        String chart = lines.isEmpty()
                ? BarChart.of(job, waits ? Figure.P99 : Figure.CPU, ChartSize.WIDE)
                : lines;
        int height = lines.isEmpty() ? BarChart.height(job) : LineChart.HEIGHT;
        if (chart.isEmpty()) {
            return "";
        }
        Map<String, String> facts = results.environment().facts();
        return String.format(
                Locale.ROOT,
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d"\
                 viewBox="0 0 %1$d %2$d">
                <style>%3$s</style>
                <rect class="back" width="%1$d" height="%2$d"/>
                <text class="title" x="10" y="20">%4$s</text>
                <g transform="translate(0 %5$d)">%6$s</g>
                <text class="soft" x="10" y="%7$d">%8$s</text>
                </svg>
                """,
                ChartSize.WIDE.width,
                ABOVE + height + BELOW,
                Style.CHARTS.text(),
                Text.escaped(job.question()),
                ABOVE,
                chart.replaceFirst(
                        "<svg ",
                        "<svg width=\"" + ChartSize.WIDE.width + "\" height=\"" + height + "\" "),
                ABOVE + height + BELOW - 8,
                Text.escaped(String.join(
                        ", ",
                        doubt(job),
                        "sluice lab",
                        results.started().replaceFirst("T.*", ""),
                        facts.getOrDefault("processor", "unknown processor"),
                        facts.getOrDefault("kernel", "unknown kernel"))));
    }

    private static String doubt(JobResult job) {
        if (job.disturbance() != null) {
            return "the machine was busy: no difference is certain";
        }
        return job.noise() == null
                ? "noise unknown"
                : "less than " + Text.percent(job.noise()) + " is no difference";
    }
}
