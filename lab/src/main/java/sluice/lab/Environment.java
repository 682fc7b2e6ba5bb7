package sluice.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where figures come from: two runs may be compared only if these are alike.
 *
 * @param facts by name; what cannot be read is absent
 */
public record Environment(Map<String, String> facts) {
    /** What this machine is now. */
    public static Environment here() {
        Map<String, String> facts = new TreeMap<>();
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("architecture", System.getProperty("os.arch"));
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("jdk", Runtime.version() + ", " + System.getProperty("java.vm.name"));
        putLine(facts, "load", Path.of("/proc/loadavg"), "");
        putLine(facts, "processor", Path.of("/proc/cpuinfo"), "model name");
        putLine(facts, "memory", Path.of("/proc/meminfo"), "MemTotal");
        putLine(
                facts,
                "governor",
                Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
                "");
        putLine(facts, "cgroup quota", Path.of("/sys/fs/cgroup/cpu.max"), "");
        return new Environment(facts);
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
