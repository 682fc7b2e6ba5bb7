package sluice.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The limits that control groups set to this process (cgroups(7)): the least of its own group and
 * of all groups above it that it can see, in version 1 and version 2.
 *
 * @param memory bytes, {@link #NONE} without a limit: memory.max and memory.high, or
 *     memory.limit_in_bytes
 * @param tasks processes and threads, {@link #NONE} without a limit: pids.max
 */
public record Cgroups(long memory, long tasks) {
    /** No limit. */
    public static final long NONE = Long.MAX_VALUE;

    /** Version 1 writes "no limit" as the largest number of whole pages. */
    private static final long PRACTICALLY_NONE = 1L << 60;

    /** A hierarchy that is mounted, from the lines of proc(5) "mountinfo". */
    private record Mount(String root, Path point, boolean second, List<String> options) {}

    /** Reads the limits of this process; {@link #NONE} where there are no control groups. */
    public static Cgroups read() {
        return read(Path.of("/"));
    }

    /** Reads them from a copy of the file system. */
    static Cgroups read(Path top) {
        List<String> groups = lines(top.resolve("proc/self/cgroup"));
        long memory = NONE;
        long tasks = NONE;
        for (Mount mount : mounts(lines(top.resolve("proc/self/mountinfo")))) {
            Path point = top.resolve(mount.point().toString().substring(1));
            if (mount.second()) {
                Path group = group(groups, "", mount, point);
                memory = Math.min(memory, least(group, point, "memory.max"));
                memory = Math.min(memory, least(group, point, "memory.high"));
                tasks = Math.min(tasks, least(group, point, "pids.max"));
            } else if (mount.options().contains("memory")) {
                Path group = group(groups, "memory", mount, point);
                memory = Math.min(memory, least(group, point, "memory.limit_in_bytes"));
            } else if (mount.options().contains("pids")) {
                Path group = group(groups, "pids", mount, point);
                tasks = Math.min(tasks, least(group, point, "pids.max"));
            }
        }
        return new Cgroups(memory, tasks);
    }

    /**
     * Directories of this process's group for a controller and of the groups above it, in all
     * versions that are mounted.
     */
    public static List<Path> groups(String controller) {
        return groups(Path.of("/"), controller);
    }

    static List<Path> groups(Path top, String controller) {
        List<String> groups = lines(top.resolve("proc/self/cgroup"));
        List<Path> found = new ArrayList<>();
        for (Mount mount : mounts(lines(top.resolve("proc/self/mountinfo")))) {
            if (mount.second() || mount.options().contains(controller)) {
                Path point = top.resolve(mount.point().toString().substring(1));
                Path own = group(groups, mount.second() ? "" : controller, mount, point);
                for (Path at = own; at != null && at.startsWith(point); at = at.getParent()) {
                    found.add(at);
                }
            }
        }
        return found;
    }

    /** A line is: id parent device root point options... - type source super-options. */
    private static List<Mount> mounts(List<String> mountinfo) {
        return mountinfo.stream().map(Cgroups::mount).flatMap(Optional::stream).toList();
    }

    private static Optional<Mount> mount(String line) {
        String[] halves = line.split(" - ", 2);
        String[] fields = halves[0].split(" ");
        if (halves.length < 2 || fields.length < 5 || !fields[4].startsWith("/")) {
            return Optional.empty();
        }
        String[] type = halves[1].split(" ");
        boolean second = type[0].equals("cgroup2");
        if (!second && !type[0].equals("cgroup")) {
            return Optional.empty();
        }
        List<String> options = Arrays.asList(type[type.length - 1].split(","));
        try {
            return Optional.of(new Mount(fields[3], Path.of(fields[4]), second, options));
        } catch (InvalidPathException notInThisLocale) {
            return Optional.empty();
        }
    }

    /**
     * The directory of this process's group. A container may see only a part of the hierarchy: then
     * the mount has another root than "/", and the group's path may begin with it.
     */
    private static Path group(List<String> groups, String controller, Mount mount, Path point) {
        String path = groups.stream()
                .map(line -> line.split(":", 3))
                .filter(line -> line.length == 3)
                .filter(line -> Arrays.asList(line[1].split(",")).contains(controller))
                .map(line -> line[2])
                .findFirst()
                .orElse("/");
        String below = path.startsWith(mount.root()) && mount.root().length() > 1
                ? path.substring(mount.root().length())
                : path;
        while (below.startsWith("/")) {
            below = below.substring(1);
        }
        try {
            Path group = point.resolve(below).normalize();
            return group.startsWith(point) ? group : point;
        } catch (InvalidPathException notInThisLocale) {
            return point;
        }
    }

    /** The least value of a file in a group and all groups above it. */
    private static long least(Path group, Path point, String file) {
        long least = NONE;
        for (Path at = group; at != null && at.startsWith(point); at = at.getParent()) {
            List<String> lines = lines(at.resolve(file));
            if (!lines.isEmpty()) {
                least = Math.min(least, value(lines.getFirst().strip()));
            }
        }
        return least;
    }

    /** "max", or what is no number, is no limit. */
    private static long value(String text) {
        try {
            long number = Long.parseLong(text);
            return number >= PRACTICALLY_NONE ? NONE : number;
        } catch (NumberFormatException none) {
            return NONE;
        }
    }

    /** The lines of a file; none if it cannot be read. */
    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
