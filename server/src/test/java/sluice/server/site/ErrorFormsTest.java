package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.Method;
import sluice.server.FileServer;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Errors in the form that a client likes. */
final class ErrorFormsTest {
    private static final String BROWSER =
            "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private FileServer server;

    @BeforeEach
    void start(@TempDir Path root) throws IOException {
        Files.writeString(root.resolve("one.txt"), "1");
        server = Setup.PLAIN.start(Setup.PLAIN.serving(root));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ReceivedResponse get(String target, String... lines) throws IOException {
        return RawClient.get(server, target, lines);
    }

    @Test
    void anErrorIsAPageForABrowserJsonForAProgramAndElseALineOfText() throws IOException {
        ReceivedResponse page = get("/a/b/nothing", BROWSER);
        assertThat(page.status()).isEqualTo(404);
        assertThat(page.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.field("Content-Security-Policy")).startsWith("default-src 'none';");
        assertThat(page.text()).contains("<h1>Not Found</h1>").contains("href=\"../../\"");

        ReceivedResponse json = get("/nothing", "Accept: application/json");
        assertThat(json.field("Content-Type")).isEqualTo("application/problem+json");
        assertThat(json.text())
                .isEqualTo("{\"type\":\"about:blank\",\"status\":404,\"title\":\"Not Found\"}\n");

        for (String accept : new String[] {"Accept: */*", "Accept: text/plain", "X: y"}) {
            ReceivedResponse text = get("/nothing", accept);
            assertThat(text.field("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(text.text()).isEqualTo("404 Not Found\n");
        }
    }

    @Test
    void everyErrorDependsOnAcceptAndKeepsItsOwnFields() throws IOException {
        for (String accept : new String[] {BROWSER, "Accept: application/json", "Accept: */*"}) {
            ReceivedResponse range = get("/one.txt", "Range: bytes=9-", accept);
            assertThat(range.status()).isEqualTo(416);
            assertThat(range.field("Content-Range")).isEqualTo("bytes */1");
            assertThat(range.body()).isNotEmpty();
            try (RawClient client = RawClient.of(server)) {
                ReceivedResponse method =
                        client.send(request("PUT", "/one.txt", accept)).read();
                assertThat(method.status()).isEqualTo(405);
                assertThat(method.field("Allow")).isEqualTo("GET, HEAD, OPTIONS");
                assertThat(method.field("Vary")).isEqualTo("Accept");
                assertThat(method.contentLength()).isEqualTo(method.body().length);
            }
        }
    }

    @Test
    void theHeadOfAnErrorIsThatOfItsPage() throws IOException {
        try (RawClient client = RawClient.of(server)) {
            ReceivedResponse head =
                    client.send(request("HEAD", "/nothing", BROWSER)).read(Method.HEAD);
            assertThat(head.contentLength()).isEqualTo(get("/nothing", BROWSER).body().length);
        }
    }

    @Test
    void theWayHomeFromTheTopIsTheTop() throws IOException {
        assertThat(get("/nothing", BROWSER).text()).contains("href=\"./\"");
        assertThat(get("/x".repeat(100), BROWSER).text()).contains("href=\"/\"");
    }
}
