package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server on the real process that may have less memory than its clients need. */
final class OutOfMemoryTest {
    /** Every idle client of this model holds 16 KiB. */
    private static final String MODEL = "async-channel";

    private static final String MEMORY = "JAVA_TOOL_OPTIONS=-XX:MaxDirectMemorySize=8m";
    /** More than that memory holds by few: the JDK waits half a second before it refuses each. */
    private static final int CROWD = 512;
    /** Each refusal also costs a collection, on a machine that may compute something else. */
    private static final int PATIENCE_MILLIS = 90_000;

    @Test
    void whoFindsNoBufferIsTornAndTheServerGoesOn(@TempDir Path root, @TempDir Path elsewhere)
            throws Exception {
        Files.writeString(root.resolve("hello.txt"), "hello");
        try (ServeProcess server = ServeProcess.start(
                List.of("env", MEMORY),
                elsewhere.resolve("errors"),
                root.toString(),
                "--model",
                MODEL,
                "--loops",
                "1")) {
            // Memory is kept by whom it was made for, so that of answers is asked for first.
            assertThat(hello(server.uri())).isEqualTo("hello");
            URI uri = server.uri();
            List<Socket> crowd = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                crowd.add(new Socket(uri.getHost(), uri.getPort()));
            }
            // The last one has no buffer, and is not left waiting.
            assertThat(ended(crowd.getLast())).isTrue();
            for (Socket each : crowd) {
                each.close();
            }
            assertThat(hello(uri)).isEqualTo("hello");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    private static String hello(URI uri) throws IOException {
        try (InputStream body = uri.resolve("/hello.txt").toURL().openStream()) {
            return new String(body.readAllBytes(), US_ASCII);
        }
    }

    private static boolean ended(Socket socket) {
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException stranded) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
