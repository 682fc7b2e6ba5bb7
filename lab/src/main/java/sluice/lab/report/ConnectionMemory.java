package sluice.lab.report;

import sluice.lab.CellResult;
import sluice.lab.JobResult;
import sluice.lab.Settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Memory of a server's process for each connection, of jobs that vary how many there are. Memory of
 * the kernel (sockets and their buffers) is in no process.
 */
final class ConnectionMemory {
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
            line(String.join(", ", others.values()), cells.getFirst(), cells.getLast(), lines);
        });
        lines.sort(Comparator.naturalOrder());
        return lines;
    }

    private static void line(String name, CellResult few, CellResult many, List<String> lines) {
        OptionalLong less = memory(few);
        OptionalLong more = memory(many);
        int added = connections(many) - connections(few);
        if (less.isEmpty() || more.isEmpty() || added <= 0) {
            return;
        }
        double each = (more.getAsLong() - less.getAsLong()) / 1024.0 / added;
        lines.add((name.isEmpty() ? "" : name + ": ")
                + (each <= 0
                        ? added + " connections more add no memory of the process"
                        : Text.number(each) + " KiB of the process for each of " + added
                                + " connections more")
                + " (the least of the rounds).");
    }

    private static int connections(CellResult cell) {
        Settings settings = cell.settings();
        return settings.connections() + settings.idle();
    }

    private static OptionalLong memory(CellResult cell) {
        return cell.rounds().stream()
                .map(round -> round.server().pss())
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .min();
    }
}
