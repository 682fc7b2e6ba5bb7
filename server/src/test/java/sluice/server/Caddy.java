package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.server.testing.Await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** A Caddy of our own, on loopback; all of its files are in a directory of the test. */
final class Caddy implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final int port;

    private Caddy(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static @Nullable Path find() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(directory -> Path.of(directory).resolve("caddy"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** What a command of the program prints. */
    static String said(Path program, String... command) throws IOException {
        String[] all = new String[command.length + 1];
        all[0] = program.toString();
        System.arraycopy(command, 0, all, 1, command.length);
        Process asked = new ProcessBuilder(all).start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Serves a directory with directives of its one site; its own files go to another. */
    static Caddy start(Path program, Path root, Path own, String directives) throws Exception {
        int port = freePort();
        Path settings =
                Files.writeString(own.resolve("Caddyfile"), settings(root, own, port, directives));
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        "run",
                        "--adapter",
                        "caddyfile",
                        "--config",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(own.resolve("output.log").toFile());
        for (String folder : new String[] {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}) {
            builder.environment().put(folder, own.toString());
        }
        Caddy caddy = new Caddy(builder.start(), port);
        try {
            Await.until("Caddy listening: " + own.resolve("output.log"), caddy::listens);
        } catch (Exception | AssertionError e) {
            caddy.close();
            throw e;
        }
        return caddy;
    }

    private static String settings(Path root, Path own, int port, String directives) {
        return """
            {
                admin off
                auto_https off
                storage file_system %1$s
            }
            http://:%2$d {
                bind 127.0.0.1
                root * %3$s
                %4$s
            }
            """.formatted(own, port, root, directives);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("Caddy ended by " + process.exitValue());
        }
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
