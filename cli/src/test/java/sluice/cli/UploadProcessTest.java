package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** {@code sluice serve --writable} as a process: killed at any moment, and under curl. */
final class UploadProcessTest {
    private static final int SIZE = 3_000_000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private Path root;
    private Path errors;

    @BeforeEach
    void plant(@TempDir Path site, @TempDir Path elsewhere) throws IOException {
        root = site;
        errors = elsewhere.resolve("errors");
        Files.writeString(root.resolve("old.txt"), "old");
    }

    private ServeProcess serve() throws IOException {
        return ServeProcess.start(errors, root.toString(), "--writable");
    }

    private List<String> hidden() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> !Files.isDirectory(path))
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private void awaitHidden(int count) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (hidden().size() != count) {
            assertThat(System.nanoTime() - deadline)
                    .as("still there: " + hidden())
                    .isNegative();
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[SIZE];
        new Random(SIZE).nextBytes(bytes);
        return bytes;
    }

    private static Socket send(URI server, String method, String target, String lines, byte[] body)
            throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        OutputStream out = socket.getOutputStream();
        String head = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        return socket;
    }

    /** One field of the next head. */
    private static String field(InputStream in, String name) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            assertThat(octet).as(head.toString()).isNotNegative();
            head.append((char) octet);
        }
        return head.toString()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(head.toString()))
                .substring(name.length())
                .strip();
    }

    @Test
    void aServerThatIsKilledLeavesTheOldFileAndNoLitterWhenItIsBack() throws Exception {
        String length = "Content-Length: " + 2 * SIZE + "\r\n";
        try (ServeProcess server = serve();
                Socket first = send(server.uri(), "PUT", "/old.txt", length, random());
                Socket second = send(server.uri(), "PUT", "/new.bin", length, random())) {
            awaitHidden(2);
            server.signal("KILL");
            assertThat(server.exitCode()).isEqualTo(137);
            assertThat(first.isClosed() || second.isClosed()).isFalse();
        }
        assertThat(hidden()).hasSize(2);
        assertThat(root.resolve("old.txt")).hasContent("old");
        assertThat(root.resolve("new.bin")).doesNotExist();

        try (ServeProcess again = serve()) {
            awaitHidden(0);
            assertThat(again.isAlive()).isTrue();
        }
        assertThat(root.resolve("old.txt")).hasContent("old");
    }

    @Test
    void anUploadGoesOnAfterTheServerWasKilled() throws Exception {
        byte[] content = random();
        String reference;
        try (ServeProcess server = serve()) {
            String lines = "Upload-Complete: ?1\r\nUpload-Draft-Interop-Version: 8\r\n"
                    + "Content-Length: " + SIZE + "\r\n";
            byte[] half = Arrays.copyOf(content, SIZE / 2);
            try (Socket first = send(server.uri(), "PUT", "/big.bin", lines, half)) {
                reference = field(first.getInputStream(), "Location:");
                Path data = root.resolve(reference.substring(1));
                while (Files.size(data) < SIZE / 4) {
                    LockSupport.parkNanos(5_000_000);
                }
                server.signal("KILL");
                assertThat(server.exitCode()).isEqualTo(137);
            }
        }
        try (ServeProcess again = serve()) {
            int at;
            try (Socket asks = send(again.uri(), "HEAD", reference, "", new byte[0])) {
                at = Integer.parseInt(field(asks.getInputStream(), "Upload-Offset:"));
            }
            assertThat(at).isBetween(SIZE / 4, SIZE / 2);
            String lines = "Content-Type: application/partial-upload\r\nUpload-Complete: ?1\r\n"
                    + "Upload-Offset: " + at + "\r\nContent-Length: " + (SIZE - at) + "\r\n";
            byte[] rest = Arrays.copyOfRange(content, at, SIZE);
            try (Socket last = send(again.uri(), "PATCH", reference, lines, rest)) {
                assertThat(field(last.getInputStream(), "HTTP/1.1")).isEqualTo("201 Created");
            }
        }
        assertThat(Files.readAllBytes(root.resolve("big.bin"))).isEqualTo(content);
    }

    @Test
    void curlUploadsAndDeletes() throws Exception {
        assumeTrue(isInstalled("curl"), "no curl here");
        byte[] content = random();
        Path file = Files.write(errors.resolveSibling("file"), content);
        try (ServeProcess server = serve()) {
            String target = server.uri() + "copy.bin";
            assertThat(curl("-T", file.toString(), target)).isEqualTo("201");
            assertThat(Files.readAllBytes(root.resolve("copy.bin"))).isEqualTo(content);
            assertThat(curl("-T", file.toString(), target)).isEqualTo("204");
            assertThat(curl("-T", file.toString(), "-H", "Transfer-Encoding: chunked", target))
                    .isEqualTo("204");
            assertThat(curl("-T", file.toString(), "-H", "If-None-Match: *", target))
                    .isEqualTo("412");
            assertThat(Files.readAllBytes(root.resolve("copy.bin"))).isEqualTo(content);
            assertThat(curl("-X", "DELETE", target)).isEqualTo("204");
            assertThat(root.resolve("copy.bin")).doesNotExist();
            assertThat(hidden()).isEmpty();
        }
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** The status that curl was answered with. */
    private static String curl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-m", "60"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).start();
        String code =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).as(command.toString()).isZero();
        return code;
    }
}
