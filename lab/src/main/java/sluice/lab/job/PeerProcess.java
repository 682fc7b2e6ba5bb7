package sluice.lab.job;

import sluice.lab.job.ServerProcess.Refused;
import sluice.lab.peer.Peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Another server in a process of its own: it says nothing when it listens, so it is tried. */
final class PeerProcess {
    private static final long START_NANOS = 60_000_000_000L;
    private static final long LOOK_NANOS = 2_000_000;
    /** A server that root starts may change to a user who has to read this. */
    private static final String READABLE = "rwxr-xr-x";

    private PeerProcess() {}

    /**
     * Starts one and waits until it listens.
     *
     * @throws Refused if it is not on this machine, with the reason
     * @throws IOException if it does not start
     */
    static ServerProcess start(String engine, Path root, Pinning pinning)
            throws IOException, Refused {
        Path folder = Files.createTempDirectory("sluice-lab-" + engine + "-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(READABLE));
        Process process = null;
        try {
            int port = freePort();
            Peer peer = Peer.prepare(
                    engine,
                    new Peer.Place(
                            root, port, pinning.ofServer(), folder, ServerProcess.plainOptions()));
            List<String> command = new ArrayList<>(EndsWithLab.prefix());
            command.addAll(pinning.prefix());
            command.addAll(peer.command());
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output").toFile())
                    .start();
            Path output = folder.resolve("output");
            awaitListening(process, port, output);
            return new ServerProcess(
                    process, port, peer.used(), folder, () -> LastLines.of(output));
        } catch (Peer.Missing missing) {
            SiteFiles.delete(folder);
            throw new Refused(String.valueOf(missing.getMessage()));
        } catch (IOException e) {
            if (process != null) {
                ServerProcess.kill(process);
            }
            SiteFiles.delete(folder);
            throw e;
        }
    }

    /** Free when asked for: nothing keeps it, so another program may take it meanwhile. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitListening(Process process, int port, Path output) throws IOException {
        long deadline = System.nanoTime() + START_NANOS;
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Socket _ = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new IOException("interrupted while a server started");
            }
        }
        List<String> said = Files.readAllLines(output);
        throw new IOException(
                (process.isAlive() ? "the server does not listen" : "the server ended")
                        + (said.isEmpty() ? "" : ": " + said.getLast()));
    }
}
