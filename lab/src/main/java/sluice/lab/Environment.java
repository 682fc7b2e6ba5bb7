package sluice.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where figures come from: two runs may be compared only if these are alike.
 *
 * @param facts by name; what cannot be read is absent
 */
public record Environment(Map<String, String> facts) {
    /** Differs all the time; what it does to figures, {@link Surroundings} tell. */
    private static final String LOAD = "load";
    /** Only runs of recorded traffic have it: it differs from files of a job, too. */
    private static final String TRAFFIC = "traffic";

    private static final String UNKNOWN = "unknown";

    /** What this machine is now. */
    public static Environment here() {
        Map<String, String> facts = new TreeMap<>();
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("architecture", System.getProperty("os.arch"));
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("jdk", Runtime.version() + ", " + System.getProperty("java.vm.name"));
        putLine(facts, LOAD, Path.of("/proc/loadavg"), "");
        putLine(facts, "processor", Path.of("/proc/cpuinfo"), "model name");
        putLine(facts, "memory", Path.of("/proc/meminfo"), "MemTotal");
        facts.put("governor", UNKNOWN);
        putLine(
                facts,
                "governor",
                Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
                "");
        putLine(facts, "microcode", Path.of("/proc/cpuinfo"), "microcode");
        return new Environment(facts);
    }

    /**
     * Each fact in which another environment differs, in words. What varies by itself is none, and
     * what only one of them has: an earlier version did not ask for it, or the system did not tell.
     */
    List<String> differences(Environment other) {
        Set<String> names = new TreeSet<>(facts.keySet());
        names.addAll(other.facts.keySet());
        names.remove(LOAD);
        return names.stream()
                .filter(name -> name.equals(TRAFFIC) || isKnown(name) && other.isKnown(name))
                .filter(name -> !Objects.equals(facts.get(name), other.facts.get(name)))
                .map(name -> name + " " + facts.getOrDefault(name, UNKNOWN) + ", then "
                        + other.facts.getOrDefault(name, UNKNOWN))
                .toList();
    }

    private boolean isKnown(String name) {
        return !facts.getOrDefault(name, UNKNOWN).equals(UNKNOWN);
    }

    /** A copy that knows the type of the file system that a directory is on. */
    public Environment withFileSystemOf(Path directory) {
        try {
            return with("file system", Files.getFileStore(directory).type());
        } catch (IOException unknown) {
            return this;
        }
    }

    /** A copy with one fact more. */
    public Environment with(String name, String value) {
        Map<String, String> more = new TreeMap<>(facts);
        more.put(name, value);
        return new Environment(more);
    }

    private static void putLine(
            Map<String, String> facts, String name, Path file, String beginning) {
        try {
            Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(beginning))
                    .findFirst()
                    .ifPresent(line ->
                            facts.put(name, line.replaceFirst("^[^:]*:\\s*", "").strip()));
        } catch (IOException unreadable) {
            // Not on this machine.
        }
    }
}
