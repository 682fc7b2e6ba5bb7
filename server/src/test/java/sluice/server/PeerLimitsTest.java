package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Limits;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.TlsSettings;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.TrustingClient;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A client that takes more than it may. */
final class PeerLimitsTest {
    @TempDir
    private Path root;

    static Stream<Setup> setups() {
        return Setup.models();
    }

    @BeforeEach
    void plant() throws IOException {
        Files.writeString(root.resolve("file"), "content");
    }

    @ParameterizedTest
    @MethodSource("setups")
    void aConnectionTooManyIsResetAndTheOthersAreServed(Setup setup) throws Exception {
        PeerLimits limits = new PeerLimits(2, 0);
        try (FileServer server = setup.start(setup.serving(root).peers(limits));
                RawClient first = RawClient.of(server)) {
            assertThat(first.get("/file").text()).isEqualTo("content");
            try (RawClient second = RawClient.of(server)) {
                assertThat(second.get("/file").text()).isEqualTo("content");
                try (RawClient third = RawClient.of(server)) {
                    assertThatThrownBy(() -> third.get("/file")).isInstanceOf(IOException.class);
                }
                assertThat(server.count(Counter.REFUSED_PEER)).isEqualTo(1);
                assertThat(second.get("/file").text()).isEqualTo("content");
            }
            Await.equal("connections", server::connections, 1);
            assertThat(RawClient.get(server, "/file").text()).isEqualTo("content");
            assertThat(first.get("/file").text()).isEqualTo("content");
        }
    }

    /** So few per second that none comes back before the test has ended. */
    @Test
    void aRequestTooManyIsAnsweredWith429AndTheTimeToWait() throws Exception {
        PeerLimits limits = new PeerLimits(0, 1);
        try (FileServer server = Setup.PLAIN.serving(root).peers(limits).build().start();
                RawClient client = RawClient.of(server)) {
            client.send(request("GET", "/file") + request("GET", "/file"));
            assertThat(client.read().text()).isEqualTo("content");
            ReceivedResponse refused = client.read();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.field("Retry-After")).isEqualTo("1");
            assertThat(refused.field("Connection")).isEqualTo("close");
            client.expectEnd();
            assertThat(server.count(Counter.REFUSED_REQUESTS)).isEqualTo(1);
        }
    }

    /** Only a machine on which 20 requests take 20 seconds would see none. */
    @Test
    void byHttp2EachRequestTooManyIsAnsweredWith429AndTheConnectionGoesOn() throws Exception {
        Sluice.Builder settings =
                Setup.PLAIN.serving(root).peers(new PeerLimits(0, 1)).tls(TlsSettings.selfSigned());
        try (FileServer server = settings.build().start();
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(TrustingClient.context())
                        .build()) {
            URI file = URI.create("https://localhost:" + server.port() + "/file");
            HttpRequest request = HttpRequest.newBuilder(file).build();
            HttpResponse<String> first = client.send(request, BodyHandlers.ofString());
            assertThat(first.body()).isEqualTo("content");
            List<HttpResponse<String>> others = IntStream.range(0, 20)
                    .mapToObj(_ -> client.sendAsync(request, BodyHandlers.ofString()))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
            List<HttpResponse<String>> refused = others.stream()
                    .filter(response -> response.statusCode() != 200)
                    .toList();
            assertThat(refused).isNotEmpty().allSatisfy(response -> {
                assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(response.statusCode()).isEqualTo(429);
                assertThat(response.headers().firstValue("Retry-After")).contains("1");
            });
            assertThat(server.count(Counter.REFUSED_REQUESTS)).isEqualTo(refused.size());
            assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(1);
        }
    }

    @Test
    void aRequestThatComesInPiecesCountsOnce() throws Exception {
        PeerLimits limits = new PeerLimits(0, 1);
        try (FileServer server = Setup.PLAIN.serving(root).peers(limits).build().start();
                RawClient client = RawClient.of(server)) {
            String request = request("GET", "/file");
            for (int i = 0; i < request.length(); i++) {
                client.send(request.substring(i, i + 1));
            }
            assertThat(client.read().text()).isEqualTo("content");
        }
    }

    @Test
    void anUploadCountsOnce() throws Exception {
        PeerLimits limits = new PeerLimits(0, 1);
        Sluice.Builder settings =
                Setup.PLAIN.serving(root).peers(limits).uploads(Uploads.defaults());
        try (FileServer server = settings.build().start();
                RawClient client = RawClient.of(server)) {
            client.send(request("PUT", "/new", "Content-Length: 100000"));
            for (int i = 0; i < 10; i++) {
                client.send(new byte[10_000]);
            }
            assertThat(client.read().status()).isEqualTo(201);
            assertThat(Files.size(root.resolve("new"))).isEqualTo(100_000);
        }
    }

    @Test
    void aPaceIsRefusedWhereTheKernelCannotKeepIt() {
        Setup channels = new Setup(new Cell(Model.SELECTOR, CopyMode.AUTO), Reactor.SINGLE);
        Sluice.Builder settings =
                channels.serving(root).limits(Limits.defaults().withPace(Limits.PACE_MIN));
        assertThatThrownBy(() -> settings.build().start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("raw descriptors");
    }
}
