package sluice.lab.measure;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What proc(5) tells of the threads that a process has now.
 *
 * @param voluntary context switches so far
 * @param involuntary context switches so far
 * @param compilers nanoseconds of CPU time of the JIT compilers of a JVM, by thread: while these
 *     work, a server is not yet what it will be
 */
record ProcessThreads(long voluntary, long involuntary, Map<Integer, Long> compilers) {
    /** HotSpot's names; the kernel keeps 15 characters of a name. */
    private static final String COMPILER = "(C1|C2|JVMCI) CompilerThre.*";

    static final ProcessThreads NONE = new ProcessThreads(0, 0, Map.of());

    static ProcessThreads of(int process) throws IOException {
        long voluntary = 0;
        long involuntary = 0;
        Map<Integer, Long> compilers = new HashMap<>();
        Path tasks = Path.of("/proc", Integer.toString(process), "task");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                for (String line : lines(thread.resolve("status"))) {
                    voluntary += count(line, "voluntary_ctxt_switches:");
                    involuntary += count(line, "nonvoluntary_ctxt_switches:");
                    if (value(line, "Name:").matches(COMPILER)) {
                        compilers.put(
                                Integer.valueOf(thread.getFileName().toString()), cpu(thread));
                    }
                }
            }
        }
        return new ProcessThreads(voluntary, involuntary, compilers);
    }

    /** Nothing of a thread that has ended meanwhile, as one for each connection does. */
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException ended) {
            return List.of();
        }
    }

    /** The first number of schedstat: nanoseconds on a CPU. */
    private static long cpu(Path thread) {
        List<String> lines = lines(thread.resolve("schedstat"));
        return lines.isEmpty() ? 0 : Long.parseLong(lines.getFirst().split(" ")[0]);
    }

    private static long count(String line, String name) {
        String value = value(line, name);
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }

    private static String value(String line, String name) {
        return line.startsWith(name) ? line.substring(name.length()).strip() : "";
    }

    ProcessThreads plus(ProcessThreads other) {
        Map<Integer, Long> all = new HashMap<>(compilers);
        all.putAll(other.compilers);
        return new ProcessThreads(
                voluntary + other.voluntary, involuntary + other.involuntary, all);
    }

    /**
     * Nanoseconds that compilers used since an earlier look. A JVM ends those that have nothing to
     * do; the time of these is lost.
     */
    long compiledSince(ProcessThreads earlier) {
        return compilers.entrySet().stream()
                .mapToLong(thread ->
                        thread.getValue() - earlier.compilers.getOrDefault(thread.getKey(), 0L))
                .sum();
    }
}
