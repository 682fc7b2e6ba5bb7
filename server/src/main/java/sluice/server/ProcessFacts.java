package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.linux.Cgroups;
import sluice.linux.Linux;
import sluice.linux.ProcessCalls;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this process may have: facts, from which {@link ProcessBudget} derives what the server
 * takes. {@link #NONE} stands for no limit.
 *
 * @param memory bytes: the least of the machine's memory and the limits of control groups
 * @param heap most bytes of the Java heap, which are part of the memory
 * @param addresses bytes of virtual memory that are left (RLIMIT_AS)
 * @param descriptors most open descriptors (RLIMIT_NOFILE)
 * @param open descriptors that are open already: a class path of many jars takes dozens
 * @param tasks most threads: the least of RLIMIT_NPROC and pids.max of control groups
 */
public record ProcessFacts(
        long memory, long heap, long addresses, long descriptors, long open, long tasks) {
    /** No limit. */
    public static final long NONE = Long.MAX_VALUE;

    /** Reads the facts of this process, and raises its limit of descriptors to the hard one. */
    public static ProcessFacts read() {
        long heap = Runtime.getRuntime().maxMemory();
        if (!Linux.available()) {
            return new ProcessFacts(NONE, heap, NONE, NONE, 0, NONE);
        }
        // If this fails, the soft limit is what there is.
        ProcessCalls.raiseDescriptorLimit();
        var limit = ProcessCalls.descriptorLimit();
        long descriptors = limit == null || limit.soft() < 0 ? NONE : limit.soft();
        Cgroups groups = Cgroups.read();
        long addresses = ProcessCalls.softLimit(ProcessCalls.RLIMIT_AS);
        return new ProcessFacts(
                Math.min(kilobytes("/proc/meminfo", "MemTotal:"), groups.memory()),
                heap,
                addresses == NONE
                        ? NONE
                        : Math.max(0, addresses - kilobytes("/proc/self/status", "VmSize:")),
                descriptors,
                openNow(),
                Math.min(ProcessCalls.softLimit(ProcessCalls.RLIMIT_NPROC), groups.tasks()));
    }

    /** Open descriptors of this process; 0 if unknown. */
    private static long openNow() {
        String @Nullable [] names = new File("/proc/self/fd").list();
        return names == null ? 0 : names.length;
    }

    /** The number behind a word at the start of a line, in bytes; NONE if it is not there. */
    private static long kilobytes(String file, String word) {
        try {
            List<String> lines = Files.readAllLines(Path.of(file));
            for (String line : lines) {
                if (line.startsWith(word)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        } catch (IOException | NumberFormatException unknown) {
            return NONE;
        }
        return NONE;
    }

    /** A copy with another amount of memory. */
    public ProcessFacts withMemory(long bytes) {
        return new ProcessFacts(bytes, heap, addresses, descriptors, open, tasks);
    }

    /** A copy with another limit of descriptors. */
    public ProcessFacts withDescriptors(long most) {
        return new ProcessFacts(memory, heap, addresses, most, open, tasks);
    }

    /** A copy with another limit of threads. */
    public ProcessFacts withTasks(long most) {
        return new ProcessFacts(memory, heap, addresses, descriptors, open, most);
    }
}
