package sluice.lab.report;

import org.jspecify.annotations.Nullable;

import sluice.lab.CellResult;
import sluice.lab.JobResult;
import sluice.lab.Settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Memory of a server's process for each connection, of jobs that vary how many there are. Memory of
 * the kernel (sockets and their buffers) is in no process.
 */
final class ConnectionMemory {
    private static final double KIB = 1_024;
    private static final double MIB = KIB * KIB;

    private ConnectionMemory() {}

    /** A sentence for each of the other settings. */
    static List<String> of(JobResult job) {
        Map<Map<String, String>, List<CellResult>> alike = new HashMap<>();
        for (CellResult cell : Figures.measured(job)) {
            Map<String, String> others = new HashMap<>(cell.varied());
            others.remove("idle");
            others.remove("connections");
            if (others.size() < cell.varied().size()) {
                alike.computeIfAbsent(others, _ -> new ArrayList<>()).add(cell);
            }
        }
        List<String> lines = new ArrayList<>();
        alike.forEach((others, cells) -> {
            cells.sort(Comparator.comparingInt(ConnectionMemory::connections));
            line(job, String.join(", ", others.values()), cells, lines);
        });
        lines.sort(Comparator.naturalOrder());
        return lines;
    }

    private static void line(
            JobResult job, String name, List<CellResult> cells, List<String> lines) {
        OptionalLong less = cells.getFirst().leastMemory();
        OptionalLong more = cells.getLast().leastMemory();
        int added = connections(cells.getLast()) - connections(cells.getFirst());
        if (less.isEmpty() || more.isEmpty() || added <= 0) {
            return;
        }
        lines.add((name.isEmpty() ? "" : name + ": ")
                + words(job.memoryNoise(), more.getAsLong() - less.getAsLong(), added));
    }

    private static String words(@Nullable Long noise, long bytes, int added) {
        String more = String.format(Locale.ROOT, "%,d connections more", added);
        if (noise == null) {
            return "what " + more + " add is not told: by how much two servers that are the same"
                    + " differ was not recorded.";
        }
        String same =
                "two servers that are the same differ by " + Text.number(noise / MIB) + " MiB";
        return bytes <= noise
                ? more + " add less memory of the process than can be told: " + same + "."
                : Text.number(bytes / KIB / added) + " KiB of the process for each of " + more
                        + " (" + same + ").";
    }

    private static int connections(CellResult cell) {
        Settings settings = cell.settings();
        return settings.connections() + settings.idle();
    }
}
