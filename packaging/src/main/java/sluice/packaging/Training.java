package sluice.packaging;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts and stops a server once, so that the JVM writes down what it loaded and linked (an AOT
 * cache). Starts from that take about half of the CPU time.
 */
final class Training {
    /** A start takes seconds at most, also on a busy machine; writing the cache some more. */
    private static final long PATIENCE_SECONDS = 120;

    private Training() {}

    static void run(Path image) throws IOException, InterruptedException {
        Path cache = image.resolve("lib/sluice/sluice.aot").toAbsolutePath();
        List<String> command = new ArrayList<>();
        command.add(image.resolve("bin/sluice").toAbsolutePath().toString());
        command.addAll(List.of("serve", "--port", "0", image.resolve("share").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SLUICE_TRAINING", "1");
        Process server = builder.start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = server.inputReader()) {
            String line = lines.readLine();
            for (; line != null; line = lines.readLine()) {
                said.add(line);
                if (line.startsWith("Sluice serving")) {
                    // Not Process.destroy(), which would close what is read here.
                    server.toHandle().destroy();
                }
            }
            if (!server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the server in training does not end");
            }
        } finally {
            server.destroyForcibly();
        }
        if (server.exitValue() != 0 || !Files.exists(cache)) {
            throw new IOException("no AOT cache: " + String.join("\n", said));
        }
    }
}
