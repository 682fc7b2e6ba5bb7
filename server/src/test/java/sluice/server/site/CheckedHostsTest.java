package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.Method;
import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Uploads;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Hosts and origins are checked whichever way a server waits, and wherever it listens. */
final class CheckedHostsTest {
    @TempDir
    private Path root;

    private static String request(String method, String host, String... lines) {
        String length = method.equals("PUT") ? "Content-Length: 3\r\n" : "";
        String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
        String body = method.equals("PUT") ? "new" : "";
        return method + " /file HTTP/1.1\r\nHost: " + host + "\r\n" + length + more + "\r\n" + body;
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#models")
    void everyModelRefusesOtherOriginsAndOnLoopbackOtherHosts(Setup setup) throws IOException {
        Files.writeString(root.resolve("file"), "here");
        ServedFiles files = ServedFiles.in(root).withUploads(Uploads.defaults());
        for (String address : List.of("127.0.0.1", "0.0.0.0")) {
            boolean local = address.equals("127.0.0.1");
            try (FileServer running = setup.serving(root)
                            .host(address)
                            .files(files)
                            .build()
                            .start();
                    RawClient client = RawClient.of(running)) {
                client.send(request("GET", "evil.example"));
                assertThat(client.read().status()).isEqualTo(local ? 421 : 200);
                client.send(request("PUT", "evil.example"));
                assertThat(client.read(Method.PUT).status()).isEqualTo(local ? 421 : 204);
                client.send(request("PUT", "localhost", "Sec-Fetch-Site: cross-site"));
                assertThat(client.read(Method.PUT).status()).isEqualTo(403);
                client.send(request("PUT", "localhost", "Origin: http://evil.example"));
                assertThat(client.read(Method.PUT).status()).isEqualTo(403);
                assertThat(root.resolve("file")).hasContent(local ? "here" : "new");
            }
        }
    }
}
