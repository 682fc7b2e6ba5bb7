package sluice.lab.peer;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Finds and runs programs of this machine. */
final class Programs {
    /** Debian keeps servers there, and a user's PATH need not name it. */
    private static final List<String> SERVERS = List.of("/usr/sbin", "/usr/local/sbin");

    private Programs() {}

    static Optional<Path> find(String name) {
        String path = System.getenv("PATH");
        return Stream.concat(
                        path == null ? Stream.of() : Stream.of(path.split(File.pathSeparator)),
                        SERVERS.stream())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * What a program says.
     *
     * @throws IOException if it does not start, or fails, with the end of what it said
     */
    static String run(List<String> command, Path output, long seconds) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            String said = Files.readString(output, StandardCharsets.UTF_8).strip();
            if (!ended || process.exitValue() != 0) {
                throw new IOException(ended ? last(said) : "it took more than " + seconds + " s");
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The line that tells what is wrong: Maven's first error, or else the last line. */
    private static String last(String said) {
        List<String> lines = said.lines().toList();
        return lines.stream()
                .filter(line -> line.startsWith("[ERROR]"))
                .findFirst()
                .orElse(lines.isEmpty() ? "it said nothing" : lines.getLast());
    }
}
