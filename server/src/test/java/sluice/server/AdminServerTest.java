package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.io.Listen;
import sluice.server.admin.StrictExposition;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.ResponseReader;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What operators see of a server. */
final class AdminServerTest {
    @TempDir
    private Path root;

    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(root.resolve("file"), "content");
        admin = AdminServer.start(Listen.address("127.0.0.1", 0));
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    private FileServer serving() throws IOException {
        FileServer server = Setup.PLAIN.serving(root).onResponse(admin).build().start();
        admin.watch(server, null);
        return server;
    }

    private ReceivedResponse ask(Method method, String path, String... lines) throws IOException {
        try (Socket socket =
                new Socket(admin.address().getAddress(), admin.address().getPort())) {
            StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            for (String line : lines) {
                head.append(line).append("\r\n");
            }
            head.append(head.indexOf("Host:") < 0 ? "Host: localhost\r\n\r\n" : "\r\n");
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.US_ASCII));
            ResponseReader reader = new ResponseReader(socket.getInputStream());
            ReceivedResponse response = reader.read(method);
            assertThat(reader.readRest()).as("the connection ends").isEmpty();
            return response;
        }
    }

    private ReceivedResponse get(String path, String... lines) throws IOException {
        return ask(Method.GET, path, lines);
    }

    @Test
    void metricsCountWhatClientsGot() throws Exception {
        try (FileServer server = serving()) {
            RawClient.get(server, "/file");
            RawClient.get(server, "/none");
            Await.until(
                    "both responses are summed up",
                    () -> get("/metrics").text().contains("sluice_response_seconds_count 2\n"));
            ReceivedResponse response = get("/metrics");
            assertThat(response.field("Content-Type"))
                    .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            StrictExposition metrics = StrictExposition.text(response.text());
            assertThat(metrics.value("sluice_requests_total")).isEqualTo(2);
            assertThat(metrics.value("sluice_responses_total{code=\"200\"}")).isEqualTo(1);
            assertThat(metrics.value("sluice_responses_total{code=\"404\"}")).isEqualTo(1);
            assertThat(metrics.value("sluice_ready")).isEqualTo(1);
            assertThat(metrics.value("sluice_loop_well{loop=\"sluice-loop-0\"}"))
                    .isEqualTo(1);
            assertThat(metrics.value("process_open_fds")).isPositive();
        }
    }

    @Test
    void whoAsksForOpenMetricsGetsIt() throws Exception {
        try (FileServer server = serving()) {
            RawClient.get(server, "/file");
            ReceivedResponse response = get(
                    "/metrics",
                    "Accept: application/openmetrics-text;version=1.0.0;q=0.5",
                    "Accept: text/plain;version=0.0.4;q=0.3");
            assertThat(response.field("Content-Type"))
                    .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
            StrictExposition metrics = StrictExposition.openMetrics(response.text());
            assertThat(metrics.families()).contains("sluice_requests", "sluice_response_seconds");
        }
    }

    @Test
    void aServerIsReadyOnceItHasStarted() throws Exception {
        ReceivedResponse early = get("/readyz");
        assertThat(early.status()).isEqualTo(503);
        assertThat(early.text()).isEqualTo("the server starts\n");
        try (FileServer _ = serving()) {
            assertThat(get("/readyz").text()).isEqualTo("ready\n");
        }
        assertThat(get("/readyz").text()).isEqualTo("the server drains\n");
        assertThat(get("/healthz").status()).isEqualTo(200);
    }

    @Test
    void aServerThatDrainsIsNotReady() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (FileServer server = serving();
                RawClient client = RawClient.of(server)) {
            client.send("GET /file HTTP/1.1\r\n");
            Await.until("the request has begun", () -> server.connections() == 1);
            Thread draining = Thread.ofPlatform().start(() -> {
                try {
                    server.drain(Duration.ofSeconds(30));
                    over.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Await.until("it is not ready", () -> get("/readyz").status() == 503);
            client.reset();
            draining.join();
            assertThat(over.getCount()).isZero();
        }
    }

    /** A listener of responses that does not return keeps its loop in one turn. */
    @Test
    void aServerWithAStuckLoopIsNotReady() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Sluice sluice = Setup.PLAIN
                .serving(root)
                .onResponse(_ -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })
                .build();
        try (FileServer server = sluice.start()) {
            admin.watch(server, null);
            assertThat(get("/readyz").status()).isEqualTo(200);
            RawClient.get(server, "/file");
            Await.until("it is not ready", () -> get("/readyz").status() == 503);
            assertThat(get("/readyz").text()).contains("sluice-loop-0 is stuck");
            release.countDown();
            Await.until("it is ready again", () -> get("/readyz").status() == 200);
        }
    }

    @Test
    void thePageHasItsStyleAndScriptInsideAndAllowsNoOther() throws Exception {
        ReceivedResponse page = get("/");
        assertThat(page.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.field("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'sha256-", "style-src 'sha256-")
                .doesNotContain("unsafe-inline");
        assertThat(page.text()).contains("<style>", "<script>").doesNotContain(" src=", "onclick=");
        assertThat(get("/status.json").field("Content-Type")).isEqualTo("application/json");
        assertThat(get("/status.json").field("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void headSaysWhatGetWould() throws Exception {
        ReceivedResponse head = ask(Method.HEAD, "/healthz");
        assertThat(head.contentLength()).isEqualTo("alive\n".length());
        assertThat(head.field("Connection")).isEqualTo("close");
        assertThat(head.has("Date")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "POST", "OPTIONS"})
    void nothingCanBeChanged(Method method) throws Exception {
        ReceivedResponse response = ask(method, "/metrics");
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.field("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void aPageOfAnotherSiteCannotReadIt() throws Exception {
        assertThat(get("/metrics", "Host: rebound.example").status()).isEqualTo(421);
        assertThat(get("/metrics", "Host: 127.0.0.1:9100").status()).isEqualTo(200);
    }

    @Test
    void anotherPathIsNotFoundAndNoHttpIsRefused() throws Exception {
        assertThat(get("/file").status()).isEqualTo(404);
        assertThat(get("no-path").status()).isEqualTo(400);
    }

    @Test
    void aPortThatIsTakenIsToldAtOnce() {
        assertThatThrownBy(() -> AdminServer.start(admin.address()))
                .isInstanceOf(IOException.class);
    }
}
