package sluice.lab;

import tools.jackson.core.JacksonException;
import tools.jackson.dataformat.toml.TomlMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How close cells have to come to the first cell of their job: a limit for the ratio of CPU time
 * per request, by job and cell.
 */
public record Reach(Map<String, Map<String, Double>> limits) {
    private static final TomlMapper TOML = new TomlMapper();
    private static final String FORM = "  %-20s %-12s %18s %18s %7s  %s%n";

    /** A cell beside its limit, and the first cell of its job. */
    public record Row(String job, CellResult found, CellResult first, double limit) {
        private Estimate ratio() {
            return Estimate.ofRatios(found.cpuOfRounds(), first.cpuOfRounds());
        }

        /** Whether the whole interval is above the limit, or there is none. */
        public boolean isMissed() {
            Estimate ratio = ratio();
            double least = ratio.rounds() < 2 ? ratio.median() : ratio.low();
            return !(least <= limit); // Not a number is no figure.
        }

        String text() {
            boolean isMeasured = ratio().rounds() > 0;
            return String.format(
                    Locale.ROOT,
                    FORM,
                    LabTable.cut(job, 20),
                    LabTable.cut(found.name(), 12),
                    isMeasured ? LabTable.micros(Estimate.of(found.cpuOfRounds())) : "-",
                    isMeasured ? LabTable.ratio(ratio()) : "-",
                    String.format(Locale.ROOT, "%.2f", limit),
                    isMissed() ? isMeasured ? "missed" : "missed: not measured" : "reached");
        }
    }

    /**
     * Reads a file of tables: a job, and its cells with their limits.
     *
     * @throws IllegalArgumentException if the file is something else, with the line
     */
    public static Reach in(Path file) throws IOException {
        Map<String, Map<String, Double>> limits = new LinkedHashMap<>();
        try {
            TOML.readTree(Files.readString(file)).properties().forEach(job -> {
                Map<String, Double> cells = new LinkedHashMap<>();
                job.getValue().properties().forEach(cell -> {
                    if (!cell.getValue().isNumber()) {
                        throw new IllegalArgumentException(file + ": " + cell.getKey() + " of "
                                + job.getKey() + " has no number");
                    }
                    cells.put(cell.getKey(), cell.getValue().doubleValue());
                });
                limits.put(job.getKey(), cells);
            });
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    file + ", line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(),
                    e);
        }
        return new Reach(limits);
    }

    /**
     * All limits of jobs that ran.
     *
     * @throws IllegalArgumentException if a job has no cell of a name
     */
    public List<Row> rows(LabResults results) {
        List<Row> rows = new ArrayList<>();
        for (JobResult job : results.jobs()) {
            limits.getOrDefault(job.name(), Map.of()).forEach((cell, limit) -> {
                Optional<CellResult> found = job.cells().stream()
                        .filter(one -> one.name().equals(cell))
                        .findFirst();
                rows.add(new Row(
                        job.name(),
                        found.orElseThrow(() -> new IllegalArgumentException(
                                "job " + job.name() + " has no cell " + cell)),
                        job.cells().getFirst(),
                        limit));
            });
        }
        return rows;
    }

    /** For people, at most 100 columns wide. */
    public static String text(List<Row> rows) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, FORM, "job", "cell", "CPU us/request", "to the first", "limit", ""));
        rows.forEach(row -> text.append(row.text()));
        return text.toString();
    }
}
