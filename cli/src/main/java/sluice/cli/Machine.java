package sluice.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The machine for which a measurement is valid.
 *
 * @param kernel its name and release
 * @param processor its architecture and model
 */
record Machine(String kernel, String processor) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    /** Lines of /proc/cpuinfo that identify the processor: a name on x86, numbers on Arm. */
    private static final Set<String> IDENTIFYING =
            Set.of("model name", "CPU implementer", "CPU part", "CPU variant");

    static Machine here() {
        return new Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                (System.getProperty("os.arch") + " " + model(cpuInfo())).strip());
    }

    private static List<String> cpuInfo() {
        try {
            return Files.readAllLines(CPU_INFO);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The distinct values of the identifying lines; empty if there are none. */
    static String model(List<String> cpuInfo) {
        return cpuInfo.stream()
                .map(line -> line.split(":", 2))
                .filter(pair -> pair.length == 2 && IDENTIFYING.contains(pair[0].strip()))
                .map(pair -> pair[1].strip())
                .distinct()
                .collect(Collectors.joining(" "));
    }
}
