package sluice.cli;

import java.io.PrintWriter;
import java.util.List;

/** What is wrong with the settings of a file or of the environment. */
final class ConfigError extends RuntimeException {
    private static final long serialVersionUID = 1;
    /** Who made more mistakes than a screen holds begins with the first. */
    private static final int TOLD = 20;

    /** One for each fault. */
    private final transient List<String> lines;

    ConfigError(List<String> lines) {
        super(String.join("; ", lines));
        this.lines = List.copyOf(lines);
    }

    List<String> lines() {
        return lines;
    }

    /** Tells all, each in a line; the exit code is that of wrong usage. */
    int report(PrintWriter err) {
        lines.stream().limit(TOLD).forEach(line -> err.println("sluice: " + line));
        if (lines.size() > TOLD) {
            err.println("sluice: and " + (lines.size() - TOLD) + " more");
        }
        return Exit.USAGE;
    }
}
