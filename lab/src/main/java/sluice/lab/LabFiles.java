package sluice.lab;

import org.jspecify.annotations.Nullable;

import sluice.lab.report.ChartFile;
import sluice.lab.report.HtmlReport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run leaves in its directory; docs/lab.md describes the forms. */
public final class LabFiles {
    private static final String RESULTS = "results.json";
    /** Those that a cell without rounds leaves empty. */
    private static final int ROUND_COLUMNS = 12;

    private static final String HEAD = "job,cell,outcome,reason,round,cpu_user_us,cpu_system_us,"
            + "requests_per_s,p50_us,p99_us,p999_us,errors,client_cpu,pss_bytes,system_calls,"
            + "allocated_bytes";

    private static final String TABLE = "results.csv";
    private static final String PAGE = "report.html";

    private LabFiles() {}

    /**
     * Writes results.json, results.csv, report.html, and a chart of each job.
     *
     * @return the first three
     */
    public static List<Path> write(LabResults results, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path json = Files.writeString(directory.resolve(RESULTS), Json.text(results));
        Path csv = Files.write(directory.resolve(TABLE), csv(results));
        Path page = Files.writeString(directory.resolve(PAGE), HtmlReport.of(results));
        for (JobResult job : results.jobs()) {
            String chart = ChartFile.of(results, job);
            if (!chart.isEmpty()) {
                Files.writeString(directory.resolve(job.name() + ".svg"), chart);
            }
        }
        return List.of(json, csv, page);
    }

    /**
     * Reads results.json, or that file of a directory.
     *
     * @throws IllegalArgumentException if it is something else, or of another schema
     */
    public static LabResults read(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? path.resolve(RESULTS) : path;
        LabResults results = Json.read(Files.readString(file), LabResults.class);
        if (results.schema() != LabResults.SCHEMA) {
            throw new IllegalArgumentException(file + " has schema " + results.schema()
                    + "; this version reads " + LabResults.SCHEMA);
        }
        return results;
    }

    /** One line for each round. */
    private static List<String> csv(LabResults results) {
        List<String> lines = new ArrayList<>(List.of(HEAD));
        for (JobResult job : results.jobs()) {
            for (CellResult cell : job.cells()) {
                String reason = cell.reason() == null ? "" : cell.reason();
                String begin = String.join(
                        ",",
                        quoted(job.name()),
                        quoted(cell.name()),
                        cell.outcome().name().toLowerCase(Locale.ROOT),
                        quoted(reason));
                if (cell.rounds().isEmpty()) {
                    lines.add(begin + ",".repeat(ROUND_COLUMNS));
                }
                for (int i = 0; i < cell.rounds().size(); i++) {
                    lines.add(begin + "," + (i + 1) + ","
                            + row(cell, cell.rounds().get(i)));
                }
            }
        }
        return lines;
    }

    /** As RFC 4180 says. */
    private static String quoted(String text) {
        return text.matches("[^,\"\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String row(CellResult cell, CellResult.Round round) {
        Counts counts = cell.counts();
        LoadReport load = round.load();
        LoadReport.Times times = load.latency();
        return String.format(
                Locale.ROOT,
                "%.3f,%.3f,%.1f,%.1f,%.1f,%.1f,%d,%.3f,%s,%s,%s",
                round.server().cpu().user(),
                round.server().cpu().system(),
                load.rate(),
                times.p50(),
                times.p99(),
                times.p999(),
                load.errors().values().stream().mapToLong(Long::longValue).sum(),
                load.loopCpu(),
                round.server().pss() == null ? "" : round.server().pss(),
                counted(counts == null ? null : counts.systemCalls()),
                counted(counts == null ? null : counts.allocated()));
    }

    private static String counted(@Nullable Double count) {
        return count == null ? "" : String.format(Locale.ROOT, "%.3f", count);
    }
}
