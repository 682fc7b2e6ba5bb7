package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.server.testing.Await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An nginx of our own: one process on loopback, all of its files in a directory of the test. */
final class Nginx implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Where it is installed: Debian's is not on everybody's PATH. */
    static @Nullable Path find() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Arrays.stream(path.split(":")), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory).resolve("nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Like "nginx version: nginx/1.22.1". */
    static String version(Path program) throws IOException {
        Process asked = new ProcessBuilder(program.toString(), "-v")
                .redirectErrorStream(true)
                .start();
        try (var output = asked.inputReader()) {
            return String.valueOf(output.readLine());
        }
    }

    /** Serves a directory; its own files go to another. */
    static Nginx start(Path program, Path root, Path own) throws Exception {
        return start(program, root, own, "gzip_static on;");
    }

    /** The same with directives of its one server. */
    static Nginx start(Path program, Path root, Path own, String directives) throws Exception {
        int port = freePort();
        Path settings =
                Files.writeString(own.resolve("nginx.conf"), settings(root, own, port, directives));
        Process process = new ProcessBuilder(
                        program.toString(),
                        "-p",
                        own.toString(),
                        "-c",
                        settings.toString(),
                        "-e",
                        own.resolve("error.log").toString())
                .redirectErrorStream(true)
                .redirectOutput(own.resolve("output.log").toFile())
                .start();
        var nginx = new Nginx(process, port);
        try {
            Await.until("nginx listening", nginx::listens);
        } catch (Exception | AssertionError e) {
            nginx.close();
            throw e;
        }
        return nginx;
    }

    /** As installed but for where things lie; a whole client is read before the connection ends. */
    private static String settings(Path root, Path own, int port, String directives) {
        return """
            daemon off;
            master_process off;
            pid %1$s/pid;
            error_log %1$s/error.log;
            events { worker_connections 64; }
            http {
                access_log off;
                client_body_temp_path %1$s/body;
                proxy_temp_path %1$s/proxy;
                fastcgi_temp_path %1$s/fastcgi;
                uwsgi_temp_path %1$s/uwsgi;
                scgi_temp_path %1$s/scgi;
                lingering_close always;
                server {
                    listen 127.0.0.1:%2$d;
                    root %3$s;
                    index index.html;
                    autoindex off;
                    %4$s
                }
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
            throw new AssertionError("nginx ended by " + process.exitValue());
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
