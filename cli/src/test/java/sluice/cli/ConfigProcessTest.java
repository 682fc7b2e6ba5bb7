package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code sluice serve --config} as a process. */
final class ConfigProcessTest {
    private static String ask(int port, String host, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head = "GET " + path + " HTTP/1.1\r\nHost: " + host
                    + "\r\nAccept: text/html\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void sitesWithRulesOfTheirOwnAreServedAtAllAddresses(@TempDir Path directory) throws Exception {
        Path www = Files.createDirectory(directory.resolve("www"));
        Path app = Files.createDirectory(directory.resolve("app"));
        Files.writeString(www.resolve("index.html"), "the site");
        Files.writeString(app.resolve("index.html"), "the application");
        int second = freePort();
        Path file = directory.resolve("s.toml");
        Files.writeString(file, """
            [[listen]]
            port = 1
            [[listen]]
            host = "127.0.0.1"
            port = %d
            [[site]]
            root = "%s"
            header = ["X-Site: www"]
            [[site]]
            host = ["app.example", "www.app.example"]
            root = "%s"
            spa = true
            [limits]
            max-connections = 50
            """.formatted(second, www, app));
        // The option of the test comes before the port of the file.
        try (ServeProcess server =
                ServeProcess.start(directory.resolve("errors"), "--config", file.toString())) {
            for (int port : List.of(server.uri().getPort(), second)) {
                assertThat(ask(port, "localhost", "/"))
                        .startsWith("HTTP/1.1 200 ")
                        .contains("\r\nX-Site: www\r\n")
                        .endsWith("the site");
                assertThat(ask(port, "localhost", "/orders")).startsWith("HTTP/1.1 404 ");
                for (String host : List.of("app.example", "www.app.example:80")) {
                    assertThat(ask(port, host, "/orders"))
                            .startsWith("HTTP/1.1 200 ")
                            .doesNotContain("X-Site")
                            .endsWith("the application");
                }
            }
        }
    }

    @Test
    void aFileThatIsWrongKeepsTheServerFromStarting(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("s.toml"), "[[site]]\nrooot = '/srv'\n");
        Path errors = directory.resolve("errors");
        assertThat(ServeProcess.refused(List.of(), errors, "--config", file.toString()))
                .isEqualTo(Exit.USAGE);
        assertThat(Files.readString(errors))
                .isEqualTo("sluice: " + file + ":2:1: there is no setting 'rooot' in [[site]]; did"
                        + " you mean 'root'?\n");
    }
}
