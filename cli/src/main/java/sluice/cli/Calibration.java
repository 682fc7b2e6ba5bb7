package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.server.ServedFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of {@code sluice doctor --calibrate}, stored in a readable text file.
 *
 * @param machine where it was measured
 * @param day when it was measured
 * @param memoryUpTo size up to which sending a file from memory is cheaper
 */
record Calibration(Machine machine, LocalDate day, int memoryUpTo) {
    private static final String FIRST_LINE = "sluice calibration 1";

    /** The file of this user (XDG Base Directory Specification). */
    static Path file() {
        String configured = System.getenv("XDG_STATE_HOME");
        Path base = configured == null || configured.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(configured);
        return base.resolve("sluice").resolve("calibration");
    }

    String text() {
        return String.join(
                "\n",
                FIRST_LINE,
                "kernel: " + machine.kernel(),
                "processor: " + machine.processor(),
                "measured: " + day,
                "memory-up-to: " + memoryUpTo,
                "");
    }

    /**
     * Reads {@link #text}.
     *
     * @throws IllegalArgumentException if the text is malformed, with the reason
     */
    static Calibration parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.getFirst().equals(FIRST_LINE)) {
            throw new IllegalArgumentException("it does not begin with '" + FIRST_LINE + "'");
        }
        Map<String, String> values = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] pair = line.split(": ", 2);
            if (pair.length != 2 || values.put(pair[0], pair[1]) != null) {
                throw new IllegalArgumentException(
                        "line '" + line + "' is malformed or a repetition");
            }
        }
        Machine machine = new Machine(value(values, "kernel"), value(values, "processor"));
        String day = value(values, "measured");
        String size = value(values, "memory-up-to");
        try {
            int memoryUpTo = Integer.parseInt(size);
            if (memoryUpTo < 0 || memoryUpTo > ServedFiles.MEMORY_UP_TO_MAX) {
                throw new IllegalArgumentException("memory-up-to must be 0 to "
                        + ServedFiles.MEMORY_UP_TO_MAX + ", not " + size);
            }
            return new Calibration(machine, LocalDate.parse(day), memoryUpTo);
        } catch (NumberFormatException | DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "a number or a date is malformed: " + e.getMessage(), e);
        }
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("it has no line '" + name + ": ...'");
        }
        return value;
    }

    /** Writes the file atomically. */
    void store(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " is not a file name");
        }
        Files.createDirectories(directory);
        Path made = Files.createTempFile(directory, "calibration", ".new");
        try {
            Files.writeString(made, text());
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    /**
     * The size that {@code auto} uses, and where it comes from.
     *
     * @param words for the start-up line; empty if this user has never calibrated
     */
    record Choice(int memoryUpTo, String words) {
        private static final String MEASURED = ", as measured on ";

        /** The same for who asks what a server does; {@code file} was looked into. */
        String told(Path file) {
            String size = "A server that you start here sends files of up to " + memoryUpTo
                    + " bytes from memory by auto";
            int measured = words.indexOf(MEASURED);
            if (measured >= 0) {
                return size + words.substring(measured) + " (" + file + ")";
            }
            return size + ", which is built in"
                    + (words.isEmpty()
                            ? "; 'sluice doctor --calibrate' measures this machine"
                            : words);
        }

        private static Choice builtIn(Path file, String reason) {
            return new Choice(
                    ServedFiles.MEMORY_UP_TO,
                    "; the calibration in " + file + " is ignored: " + reason);
        }
    }

    /** The stored size if it was measured on this machine, else the built-in one. */
    static Choice choose(Path file, Machine here) {
        String text = read(file);
        if (text == null) {
            return Files.exists(file)
                    ? Choice.builtIn(file, "it cannot be read")
                    : new Choice(ServedFiles.MEMORY_UP_TO, "");
        }
        try {
            Calibration known = parse(text);
            if (!known.machine.equals(here)) {
                return Choice.builtIn(
                        file, "it was measured on " + known.machine + ", and this is " + here);
            }
            return new Choice(
                    known.memoryUpTo,
                    "; files up to " + known.memoryUpTo + " bytes from memory" + Choice.MEASURED
                            + known.day);
        } catch (IllegalArgumentException e) {
            return Choice.builtIn(file, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return null;
        }
    }
}
