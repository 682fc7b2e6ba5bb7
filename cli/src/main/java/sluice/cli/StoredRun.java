package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.lab.LabFiles;
import sluice.lab.LabResults;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A run of the lab, and where it is. */
record StoredRun(Path directory, LabResults results) {
    /** How the names of their directories begin; they end with the time. */
    static final String NAME = "sluice-lab-";

    /**
     * The newest run that has what is wanted, or else the newest; null if there is none. What
     * cannot be read is told and passed over.
     */
    static @Nullable StoredRun newest(Path folder, Predicate<LabResults> wanted, PrintWriter err)
            throws IOException {
        StoredRun newest = null;
        for (Path directory : directories(folder)) {
            StoredRun run = read(directory, err);
            if (run != null && wanted.test(run.results())) {
                return run;
            }
            newest = newest == null ? run : newest;
        }
        return newest;
    }

    private static List<Path> directories(Path folder) throws IOException {
        try (Stream<Path> here = Files.list(folder)) {
            return here.filter(path -> path.getFileName().toString().startsWith(NAME))
                    .filter(path -> Files.exists(path.resolve("results.json")))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private static @Nullable StoredRun read(Path directory, PrintWriter err) {
        try {
            return new StoredRun(directory, LabFiles.read(directory));
        } catch (IllegalArgumentException e) {
            err.println("passed over: " + e.getMessage());
        } catch (IOException e) {
            err.println("passed over: " + directory + " cannot be read: " + e.getMessage());
        }
        err.flush();
        return null;
    }
}
