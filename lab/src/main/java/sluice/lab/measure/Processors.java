package sluice.lab.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The processors that this process may use, grouped by core: threads of a core share its caches and
 * units.
 *
 * @param cores each with the numbers of its threads among them
 * @param threadsPerCore of the machine, also those that this process may not use
 */
public record Processors(List<List<Integer>> cores, int threadsPerCore) {
    private static final Path CPUS = Path.of("/sys/devices/system/cpu");
    private static final String ALLOWED = "Cpus_allowed_list:";

    /** Those of this process. */
    public static Processors read() {
        List<Integer> allowed = lines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(ALLOWED))
                .findFirst()
                .map(line -> numbers(line.substring(ALLOWED.length())))
                .orElseGet(() -> IntStream.range(0, Runtime.getRuntime().availableProcessors())
                        .boxed()
                        .toList());
        Map<Integer, List<Integer>> siblings = new LinkedHashMap<>();
        for (int cpu : allowed) {
            Path file = CPUS.resolve("cpu" + cpu + "/topology/thread_siblings_list");
            lines(file).stream().limit(1).forEach(line -> siblings.put(cpu, numbers(line)));
        }
        return of(allowed, siblings);
    }

    /** Of these, with the threads of the core of each; one that has none named is alone. */
    public static Processors of(List<Integer> allowed, Map<Integer, List<Integer>> siblings) {
        Map<List<Integer>, List<Integer>> cores = new LinkedHashMap<>();
        for (int cpu : allowed) {
            List<Integer> core = siblings.getOrDefault(cpu, List.of(cpu));
            cores.computeIfAbsent(core, _ -> new ArrayList<>()).add(cpu);
        }
        int threads = cores.keySet().stream().mapToInt(List::size).max().orElse(1);
        return new Processors(List.copyOf(cores.values()), threads);
    }

    /** How many this process may use. */
    public int count() {
        return cores.stream().mapToInt(List::size).sum();
    }

    /** Numbers as cpuset(7) writes them: "0-2,7". */
    public static List<Integer> numbers(String list) {
        List<Integer> numbers = new ArrayList<>();
        for (String range : list.strip().split(",")) {
            String[] ends = range.split("-", 2);
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            IntStream.rangeClosed(first, last).forEach(numbers::add);
        }
        return numbers;
    }

    /** The other way round. */
    public static String list(Collection<Integer> numbers) {
        List<int[]> ranges = new ArrayList<>();
        for (int number : numbers.stream().sorted(Comparator.naturalOrder()).toList()) {
            if (!ranges.isEmpty() && ranges.getLast()[1] == number - 1) {
                ranges.getLast()[1] = number;
            } else {
                ranges.add(new int[] {number, number});
            }
        }
        return String.join(
                ",",
                ranges.stream()
                        .map(ends -> ends[0] == ends[1] ? "" + ends[0] : ends[0] + "-" + ends[1])
                        .toList());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException notHere) {
            return List.of();
        }
    }
}
