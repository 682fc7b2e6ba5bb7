package sluice.lab.measure;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.PerfCalls;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Counts all system calls of a process and its descendants exactly, those of the JVM and the C
 * library included.
 */
public final class SystemCallCounter implements AutoCloseable {
    /** Threads may start while their counters are opened; a server at rest starts few. */
    private static final int ATTEMPTS = 20;

    private final List<Integer> counters = new ArrayList<>();

    private SystemCallCounter() {}

    /**
     * Begins to count.
     *
     * @throws IOException if the kernel does not permit it, with the reason
     */
    public static SystemCallCounter of(int pid) throws IOException {
        long tracepoint = PerfCalls.systemCallTracepoint();
        for (int i = 0; i < ATTEMPTS; i++) {
            SystemCallCounter counter = new SystemCallCounter();
            try {
                Set<Integer> threads = threads(pid);
                if (counter.openAll(tracepoint, threads) && threads.equals(threads(pid))) {
                    return counter;
                }
            } catch (IOException e) {
                counter.close();
                throw e;
            }
            // A thread that began meanwhile may be counted twice, or not at all.
            counter.close();
        }
        throw new IOException("the server starts threads all the time");
    }

    private static Set<Integer> threads(int pid) throws IOException {
        Set<Integer> threads = new TreeSet<>();
        for (int process : ProcessTree.of(pid)) {
            Path tasks = Path.of("/proc", Integer.toString(process), "task");
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(tasks)) {
                entries.forEach(thread ->
                        threads.add(Integer.valueOf(thread.getFileName().toString())));
            }
        }
        return threads;
    }

    /** False if one of them ended meanwhile. */
    private boolean openAll(long tracepoint, Set<Integer> threads) throws IOException {
        for (int thread : threads) {
            int counter = PerfCalls.count(tracepoint, thread);
            if (counter == -Errno.ESRCH) {
                return false;
            }
            if (counter < 0) {
                throw new IOException("perf_event_open(2): " + Errno.describe(counter));
            }
            counters.add(counter);
        }
        return true;
    }

    /** How many until now. */
    public long count() {
        return counters.stream().mapToLong(PerfCalls::read).sum();
    }

    @Override
    public void close() {
        counters.forEach(FileCalls::close);
        counters.clear();
    }
}
