package sluice.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Counts of /proc/PID/stat since the process began, see proc(5). Ticks are hundredths of a second
 * on every architecture that Java runs on (USER_HZ).
 */
public record ProcessStat(long minorFaults, long majorFaults, long userTicks, long systemTicks) {
    /** Ticks in a second. */
    public static final int TICKS = 100;

    // Places behind the name: state, ppid, pgrp, session, tty, tpgid and flags come first.
    private static final int MINOR_FAULTS = 7;
    private static final int MAJOR_FAULTS = 9;
    private static final int USER = 11;
    private static final int SYSTEM = 12;

    /** The counts of two processes together. */
    public ProcessStat plus(ProcessStat other) {
        return new ProcessStat(
                minorFaults + other.minorFaults,
                majorFaults + other.majorFaults,
                userTicks + other.userTicks,
                systemTicks + other.systemTicks);
    }

    /**
     * Of a process.
     *
     * @throws IOException if there is no such process
     */
    public static ProcessStat of(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The name, in brackets, may hold spaces and brackets.
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return new ProcessStat(
                Long.parseLong(fields[MINOR_FAULTS]),
                Long.parseLong(fields[MAJOR_FAULTS]),
                Long.parseLong(fields[USER]),
                Long.parseLong(fields[SYSTEM]));
    }
}
