package sluice.lab.job;

import java.util.List;
import java.util.Map;

/** How a server ended that should have run on, in words. */
final class Ending {
    /** java.lang.Process adds this to the number of a signal, as shells do. */
    private static final int SIGNAL = 128;
    /** Lines that a reason quotes: more of them fill the table. */
    private static final int QUOTED = 3;

    /** Those by which servers end, by their numbers on Linux: signal(7). */
    private static final Map<Integer, String> SIGNALS = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(5, "SIGTRAP"),
            Map.entry(6, "SIGABRT"),
            Map.entry(7, "SIGBUS"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(15, "SIGTERM"),
            Map.entry(24, "SIGXCPU"),
            Map.entry(25, "SIGXFSZ"),
            Map.entry(31, "SIGSYS"));

    private Ending() {}

    /** As "the server crashed (exit code 3): the last lines that it said". */
    static String words(int exitCode, List<String> said) {
        // The JVM frames what it says of its own crash by "#".
        List<String> lines = said.stream()
                .map(line -> line.replaceFirst("^#+", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - QUOTED), lines.size());
        int signal = exitCode - SIGNAL;
        String how = signal > 0
                ? SIGNALS.getOrDefault(signal, "signal " + signal)
                : "exit code " + exitCode;
        return "the server crashed (" + how + ")"
                + (last.isEmpty() ? "" : ": " + String.join("; ", last));
    }
}
