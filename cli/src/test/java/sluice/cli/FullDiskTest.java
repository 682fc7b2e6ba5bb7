package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.server.FileServer;
import sluice.server.Sluice;
import sluice.server.Uploads;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** {@code get} and {@code put} when the disk is full: exit code, words, and what is kept. */
final class FullDiskTest {
    private static final int DISK = 1 << 20;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        mounted = shell("mount -t tmpfs -o size=" + DISK + " tmpfs " + disk) == 0;
        assumeTrue(mounted, "a small disk cannot be mounted here");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(shell("umount " + disk)).isZero();
        }
    }

    private static int shell(String command) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private Stream<String> onDisk() throws IOException {
        try (Stream<Path> all = Files.list(disk)) {
            return all.map(path -> path.getFileName().toString()).toList().stream();
        }
    }

    @Test
    void aFileThatCannotFitIsNotBegun() throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.write(root.resolve("big"), random(2 * DISK));
        Path target = disk.resolve("big");
        try (FileServer server = Sluice.builder().root(root).port(0).build().start()) {
            assertThat(run("get", server.uri() + "big", "-o", target.toString()))
                    .isEqualTo(Exit.FAILED);
        }
        assertThat(err.toString())
                .contains("not enough disk space for " + target + ": the file has 2,097,152 bytes");
        assertThat(onDisk()).isEmpty();
    }

    /** By splice from 256 KiB, by a buffer below. */
    @ParameterizedTest
    @ValueSource(ints = {900_000, 250_000})
    void whatHasComeUntilTheDiskWasFullIsKeptAndGoneOnWith(int size) throws Exception {
        byte[] content = random(size);
        Path target = disk.resolve("file");
        try (HalfServer server = new HalfServer(content)) {
            String[] get = {"get", server.url(), "-o", target.toString()};
            CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> run(get));
            Path part = disk.resolve(".file.sluice-part");
            awaitSize(part, size / 2);
            Path filler = disk.resolve("filler");
            fill(filler);
            server.sendTheRest();
            assertThat(code.get()).isEqualTo(Exit.FAILED);
            assertThat(err.toString())
                    .contains("sluice: cannot write " + part)
                    .containsIgnoringCase("no space left on device")
                    .contains(" bytes; run the same command again to resume")
                    .doesNotContain("\tat ");
            assertThat(target).doesNotExist();
            assertThat(Files.size(part)).isBetween(size / 2L, size - 1L);

            Files.delete(filler);
            assertThat(run(get)).as(err.toString()).isEqualTo(Exit.OK);
            assertThat(server.resumedAt).isGreaterThanOrEqualTo(size / 2);
        }
        assertThat(Files.readAllBytes(target)).isEqualTo(content);
        assertThat(onDisk()).containsExactly("file");
    }

    private static void awaitSize(Path file, long size) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!Files.exists(file) || Files.size(file) < size) {
            assertThat(System.nanoTime()).as("half of it comes").isLessThan(deadline);
            LockSupport.parkNanos(2_000_000);
        }
    }

    private static void fill(Path file) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream stream = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            for (int i = 0; i <= DISK / block.length; i++) {
                stream.write(block);
            }
        } catch (IOException full) {
            return;
        }
        throw new AssertionError("the disk takes more than it has room for");
    }

    @Test
    void aServersFullDiskIsToldAndLeavesNothingThere() throws IOException {
        Path file = Files.write(folder.resolve("big"), random(2 * DISK));
        try (FileServer server = Sluice.builder()
                .root(disk)
                .port(0)
                .uploads(Uploads.defaults())
                .build()
                .start()) {
            assertThat(run("put", file.toString(), server.uri() + "big")).isEqualTo(Exit.FAILED);
        }
        assertThat(err.toString())
                .contains("the server's disk is full (507 Insufficient Storage)")
                .doesNotContain("\tat ");
        assertThat(onDisk()).isEmpty();
    }

    /** Sends half of its file at first, the rest when it is told to; then whatever is asked for. */
    private static final class HalfServer implements AutoCloseable {
        private final ServerSocket socket =
                new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final CompletableFuture<Void> rest = new CompletableFuture<>();
        private final byte[] content;
        volatile int resumedAt;

        HalfServer(byte[] content) throws IOException {
            this.content = content;
            Thread.ofVirtual().start(this::serve);
        }

        String url() {
            return "http://127.0.0.1:" + socket.getLocalPort() + "/file";
        }

        void sendTheRest() {
            rest.complete(null);
        }

        private void serve() {
            while (!socket.isClosed()) {
                try (Socket client = socket.accept()) {
                    answer(client);
                } catch (IOException gone) {
                    // A client that ends; or this server, which the condition tells.
                }
            }
        }

        private void answer(Socket client) throws IOException {
            while (true) {
                String request = head(client.getInputStream());
                int at = request.indexOf("Range: bytes=");
                int from =
                        at < 0 ? 0 : Integer.parseInt(request.substring(at + 13).split("-")[0]);
                int last = content.length - 1;
                String range = "Content-Range: bytes " + from + "-" + last + "/" + content.length;
                String head = "HTTP/1.1 " + (at < 0 ? "200 OK" : "206 Partial Content\r\n" + range)
                        + "\r\nETag: \"v1\"\r\nContent-Length: " + (content.length - from)
                        + "\r\n\r\n";
                OutputStream out = client.getOutputStream();
                out.write(head.getBytes(US_ASCII));
                if (request.startsWith("HEAD")) {
                    continue;
                }
                resumedAt = from;
                int half = Math.max(from, content.length / 2);
                out.write(Arrays.copyOfRange(content, from, half));
                rest.join();
                out.write(Arrays.copyOfRange(content, half, content.length));
            }
        }

        private static String head(InputStream in) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) {
                    throw new IOException("the client has gone");
                }
                head.append((char) octet);
            }
            return head.toString();
        }

        @Override
        public void close() throws IOException {
            rest.complete(null);
            socket.close();
        }
    }
}
