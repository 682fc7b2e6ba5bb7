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
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    /** A stream is no message of a connection, so nobody would count it. */
    @Test
    void requestsAreNotBoundedWhereClientsMaySendThemByHttp2() throws Exception {
        Sluice.Builder settings = Setup.PLAIN.serving(root).peers(new PeerLimits(0, 1));
        assertThatThrownBy(() -> settings.h2c().build().start().close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("counted of HTTP/1.1 only");
        assertThat(FileService.protocols(Setup.PLAIN.serving(root).build()))
                .isEqualTo(List.of("h2", "http/1.1"));
        assertThat(FileService.protocols(
                        Setup.PLAIN.serving(root).peers(new PeerLimits(0, 1)).build()))
                .isEqualTo(List.of("http/1.1"));
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
