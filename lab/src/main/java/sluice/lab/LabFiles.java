package sluice.lab;

import sluice.lab.report.ChartFile;
import sluice.lab.report.HtmlReport;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What a run leaves in its directory; docs/lab-results.md describes the forms. */
public final class LabFiles {
    private static final String RESULTS = "results.json";
    private static final String TABLE = "results.csv";
    private static final String PAGE = "report.html";

    private LabFiles() {}

    /**
     * Makes sure before a run that its results can be written.
     *
     * @throws IOException if not
     */
    public static void prepare(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, ".sluice-lab", ""));
        } catch (IOException e) {
            throw new IOException(
                    "results cannot be written into " + directory + ": " + reason(e), e);
        }
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException _ -> "no permission";
            case FileAlreadyExistsException _ -> "it is a file";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default -> String.valueOf(failure.getMessage());
        };
    }

    /**
     * Writes results.json, results.csv, report.html, and a chart of each job.
     *
     * @return the first three
     */
    public static List<Path> write(LabResults results, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path json = Files.writeString(directory.resolve(RESULTS), Json.text(results));
        Path csv = Files.write(directory.resolve(TABLE), LabCsv.lines(results));
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
        try {
            String text = Files.readString(file);
            int schema = schema(text);
            if (schema != LabResults.SCHEMA) {
                throw new IllegalArgumentException(
                        "it has schema " + schema + "; this version reads " + LabResults.SCHEMA);
            }
            return Json.some(
                    text, LabResults.class); // Of a newer version: members that this one lacks.
        } catch (IllegalArgumentException | NullPointerException | CharacterCodingException e) {
            throw new IllegalArgumentException(
                    file + " is no result of sluice lab: " + e.getMessage(), e);
        }
    }

    /** Told first: the rest of another schema may have another form. */
    private record Schema(int schema) {}

    private static int schema(String text) {
        return Objects.requireNonNull(Json.some(text, Schema.class), "it holds nothing")
                .schema();
    }
}
