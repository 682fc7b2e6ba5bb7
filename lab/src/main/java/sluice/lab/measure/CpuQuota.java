package sluice.lab.measure;

import sluice.linux.Cgroups;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * How much CPU time control groups give this process, and how long they held its threads back: its
 * own group and each above it may do so, in version 1 and in version 2 (cgroups(7)).
 *
 * @param groups directories of these
 */
public record CpuQuota(List<Path> groups) {
    private static final String MICROS = "throttled_usec ";
    private static final String NANOS = "throttled_time ";

    /** That of this process. */
    public static CpuQuota here() {
        return new CpuQuota(Cgroups.groups("cpu"));
    }

    /** The least of all groups, as "1.50 CPUs", or "none". */
    public String words() {
        OptionalDouble least = groups.stream()
                .flatMap(group -> Stream.concat(second(group), first(group)))
                .mapToDouble(Double::doubleValue)
                .min();
        return least.isEmpty()
                ? "none"
                : String.format(Locale.ROOT, "%.2f CPUs", least.getAsDouble());
    }

    /** Version 2: "50000 100000", or "max 100000". */
    private static Stream<Double> second(Path group) {
        return lines(group.resolve("cpu.max"))
                .map(line -> line.split(" "))
                .filter(fields -> fields.length == 2 && !fields[0].equals("max"))
                .map(fields -> Double.parseDouble(fields[0]) / Double.parseDouble(fields[1]));
    }

    /** Version 1: no quota is -1. */
    private static Stream<Double> first(Path group) {
        return lines(group.resolve("cpu.cfs_quota_us"))
                .map(Double::parseDouble)
                .filter(quota -> quota > 0)
                .flatMap(quota -> lines(group.resolve("cpu.cfs_period_us"))
                        .map(period -> quota / Double.parseDouble(period)));
    }

    /** Since these groups were made. */
    public double throttledSeconds() {
        return groups.stream()
                .flatMap(group -> lines(group.resolve("cpu.stat")))
                .mapToDouble(CpuQuota::seconds)
                .sum();
    }

    private static double seconds(String line) {
        if (line.startsWith(MICROS)) {
            return Long.parseLong(line.substring(MICROS.length())) / 1e6;
        }
        return line.startsWith(NANOS) ? Long.parseLong(line.substring(NANOS.length())) / 1e9 : 0;
    }

    /** Empty where there is no such file. */
    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException notHere) {
            return Stream.of();
        }
    }
}
