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

/** The process of another server, which listens at a port of loopback. */
final class PeerServer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final int port;

    private PeerServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Where a program is installed: Debian's servers are not on everybody's PATH. */
    static @Nullable Path find(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Arrays.stream(path.split(":")), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory).resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Starts a server, and waits until it listens at that port. Its output goes to a file. */
    static PeerServer start(ProcessBuilder command, int port, Path output) throws Exception {
        command.redirectErrorStream(true).redirectOutput(output.toFile());
        var server = new PeerServer(command.start(), port);
        try {
            Await.until(command.command().getFirst() + " listening: " + output, server::listens);
        } catch (Exception | AssertionError e) {
            server.close();
            throw e;
        }
        return server;
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("the server ended by " + process.exitValue());
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
