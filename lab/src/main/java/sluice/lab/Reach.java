package sluice.lab;

import org.jspecify.annotations.Nullable;

import sluice.lab.CellResult.Round;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How close cells have to come to the first cell of their job, or to a figure: limits by job, cell
 * and measure.
 */
public record Reach(Map<String, Map<String, Map<Measure, Double>>> limits) {
    private static final TomlMapper TOML = new TomlMapper();
    private static final String FORM = "  %-14s %-10s %-13s %18s %18s %8s  %s%n";
    private static final double MICROS = 1e6;

    /** What is limited. In a file it has its name in small letters. */
    public enum Measure {
        /** CPU time per request, as a share of the first cell's. */
        RATIO("CPU us", true, round -> round.server().cpu().total()),
        /** Latency that 1 of 100 requests exceeds, as a share of the first cell's. */
        P99("p99 us", true, round -> round.load().p99()),
        /** Seconds of CPU time for all requests of a round. */
        CPU_S("CPU s", false, Measure::cpuSeconds),
        /** Seconds from the start of a fresh process to the end of its first answers. */
        START_S("start s", false, Round::start),
        /** Megabytes of memory at the end of a round. */
        PSS_MB("memory MB", false, Measure::megabytes);

        private final String label;
        private final boolean isRatio;
        private final Function<Round, @Nullable Double> figure;

        Measure(String label, boolean isRatio, Function<Round, @Nullable Double> figure) {
            this.label = label;
            this.isRatio = isRatio;
            this.figure = figure;
        }

        private static double cpuSeconds(Round round) {
            return round.server().cpu().total() * round.load().responses() / MICROS;
        }

        private static @Nullable Double megabytes(Round round) {
            Long pss = round.server().pss();
            return pss == null ? null : pss / MICROS;
        }

        private List<Double> of(CellResult cell) {
            return cell.rounds().stream().map(figure).filter(Objects::nonNull).toList();
        }

        private static Measure named(String name) {
            return Arrays.stream(values())
                    .filter(measure -> measure.inFile().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no limit for " + name
                            + "; there are "
                            + Arrays.stream(values())
                                    .map(Measure::inFile)
                                    .collect(Collectors.joining(", "))));
        }

        private String inFile() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A cell beside its limit, and the first cell of its job.
     *
     * @param isDisturbed whether the machine did something else meanwhile
     */
    public record Row(
            String job,
            CellResult found,
            CellResult first,
            Measure measure,
            double limit,
            boolean isDisturbed) {
        private Estimate limited() {
            return measure.isRatio
                    ? Estimate.ofRatios(measure.of(found), measure.of(first))
                    : Estimate.of(measure.of(found));
        }

        /**
         * Whether the whole interval is above the limit, or there is none that says something: what
         * was not shown is not reached.
         */
        public boolean isMissed() {
            return isDisturbed || isAbove();
        }

        private boolean isAbove() {
            Estimate figure = limited();
            double least = figure.rounds() < 2 ? figure.median() : figure.low();
            return !(least <= limit); // Not a number is no figure.
        }

        String text() {
            Estimate figure = Estimate.of(measure.of(found));
            boolean isMeasured = figure.rounds() > 0;
            return String.format(
                    Locale.ROOT,
                    FORM,
                    LabTable.cut(job, 14),
                    LabTable.cut(found.name(), 10),
                    LabTable.cut(measure.label, 13),
                    isMeasured ? LabTable.ratio(figure) : "-",
                    isMeasured && measure.isRatio ? LabTable.ratio(limited()) : "-",
                    String.format(Locale.ROOT, "%.2f", limit),
                    verdict(isMeasured));
        }

        private String verdict(boolean isMeasured) {
            if (!isMeasured) {
                return "missed: not measured";
            }
            return isDisturbed ? "missed: busy machine" : isAbove() ? "missed" : "reached";
        }
    }

    /**
     * Reads a file of tables: a job, and its cells with their limits. A number alone is a limit for
     * {@link Measure#RATIO}.
     *
     * @throws IllegalArgumentException if the file is something else, with the line
     */
    public static Reach in(Path file) throws IOException {
        Map<String, Map<String, Map<Measure, Double>>> limits = new LinkedHashMap<>();
        try {
            TOML.readTree(Files.readString(file)).properties().forEach(job -> {
                Map<String, Map<Measure, Double>> cells = new LinkedHashMap<>();
                job.getValue()
                        .properties()
                        .forEach(cell -> cells.put(
                                cell.getKey(),
                                limits(
                                        file + ": " + cell.getKey() + " of " + job.getKey(),
                                        cell.getValue())));
                limits.put(job.getKey(), cells);
            });
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    file + ", line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(),
                    e);
        }
        return new Reach(limits);
    }

    private static Map<Measure, Double> limits(String where, JsonNode given) {
        if (!given.isObject()) {
            return Map.of(Measure.RATIO, number(where, given));
        }
        Map<Measure, Double> limits = new LinkedHashMap<>();
        given.properties()
                .forEach(one ->
                        limits.put(Measure.named(one.getKey()), number(where, one.getValue())));
        return limits;
    }

    private static double number(String where, JsonNode value) {
        if (!value.isNumber()) {
            throw new IllegalArgumentException(where + " has no number");
        }
        return value.doubleValue();
    }

    /**
     * All limits of jobs that ran.
     *
     * @throws IllegalArgumentException if a job has no cell of a name
     */
    public List<Row> rows(LabResults results) {
        List<Row> rows = new ArrayList<>();
        for (JobResult job : results.jobs()) {
            limits.getOrDefault(job.name(), Map.of()).forEach((cell, measures) -> {
                CellResult found = job.cells().stream()
                        .filter(one -> one.name().equals(cell))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "job " + job.name() + " has no cell " + cell));
                measures.forEach((measure, limit) -> rows.add(new Row(
                        job.name(),
                        found,
                        job.cells().getFirst(),
                        measure,
                        limit,
                        job.disturbance() != null)));
            });
        }
        return rows;
    }

    /** For people, at most 100 columns wide. */
    public static String text(List<Row> rows) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, FORM, "job", "cell", "measure", "here", "to the first", "limit", ""));
        rows.forEach(row -> text.append(row.text()));
        return text.toString();
    }
}
