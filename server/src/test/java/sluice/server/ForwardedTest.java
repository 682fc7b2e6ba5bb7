package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.http.ForwardedField.FORWARDED;
import static sluice.http.ForwardedField.X_FORWARDED_FOR;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.ForwardedField;
import sluice.io.AddressSet;
import sluice.io.AddressText;
import sluice.io.Counter;
import sluice.io.TlsSettings;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.TrustingClient;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A proxy in front that says in a field of each request whose request it passes on. */
final class ForwardedTest {
    @TempDir
    private Path root;

    private final Queue<String> remotes = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void plant() throws IOException {
        Files.writeString(root.resolve("file"), "content");
    }

    private Sluice.Builder behind(ForwardedField field, String... addresses) {
        AddressSet trusted = AddressSet.of(List.of(addresses));
        return Setup.PLAIN
                .serving(root)
                .proxies(new TrustedProxies(AddressSet.NONE, trusted, field))
                .onResponse(told -> remotes.add(
                        AddressText.of(Objects.requireNonNull(told.remote()).getAddress())));
    }

    private String remoteOf(Sluice.Builder settings, String... lines) throws Exception {
        remotes.clear();
        try (FileServer server = settings.build().start()) {
            assertThat(RawClient.get(server, "/file", lines).text()).isEqualTo("content");
            Await.equal("responses", remotes::size, 1);
        }
        return remotes.remove();
    }

    @Test
    void theClientIsTheLastAddressThatIsNoTrustedProxy() throws Exception {
        Sluice.Builder settings = behind(X_FORWARDED_FOR, "127.0.0.1", "10.0.0.0/8");
        assertThat(remoteOf(
                        settings,
                        "X-Forwarded-For: 198.51.100.66, 192.0.2.7, 10.0.0.9",
                        "X-Forwarded-For: 10.0.0.8"))
                .isEqualTo("192.0.2.7");
    }

    /** What stands before it, the client may have written. */
    @Test
    void aClientCannotPassForAnotherByWritingTheFieldItself() throws Exception {
        Sluice.Builder settings = behind(X_FORWARDED_FOR, "127.0.0.1");
        assertThat(remoteOf(settings, "X-Forwarded-For: 198.51.100.66, 192.0.2.7"))
                .isEqualTo("192.0.2.7");
        assertThat(remoteOf(settings, "Forwarded: for=198.51.100.66")).isEqualTo("127.0.0.1");
    }

    @Test
    void ofWhoIsNoTrustedProxyTheFieldIsNotRead() throws Exception {
        String line = "X-Forwarded-For: 192.0.2.7";
        assertThat(remoteOf(behind(X_FORWARDED_FOR, "192.0.2.0/24"), line)).isEqualTo("127.0.0.1");
        assertThat(remoteOf(behind(X_FORWARDED_FOR), line)).isEqualTo("127.0.0.1");
    }

    @Test
    void theFieldOfRfc7239NamesItInAParameter() throws Exception {
        assertThat(remoteOf(
                        behind(FORWARDED, "127.0.0.1", "fd00::/8"),
                        "Forwarded: for=192.0.2.7;proto=https, for=\"[2001:db8::9]:1\"",
                        "Forwarded: for=\"[fd00::1]\""))
                .isEqualTo("2001:db8::9");
    }

    @Test
    void aProxyThatHidesItsClientIsTheClient() throws Exception {
        assertThat(remoteOf(behind(FORWARDED, "127.0.0.1"), "Forwarded: for=192.0.2.7, for=_x"))
                .isEqualTo("127.0.0.1");
        assertThat(remoteOf(behind(FORWARDED, "127.0.0.1"))).isEqualTo("127.0.0.1");
    }

    @Test
    void whereAllAreTrustedTheFirstIsTheClient() throws Exception {
        assertThat(remoteOf(
                        behind(X_FORWARDED_FOR, "127.0.0.1", "10.0.0.0/8"),
                        "X-Forwarded-For: 10.0.0.1, 10.0.0.2"))
                .isEqualTo("10.0.0.1");
    }

    /** So few per second that none comes back before the test has ended, or none is refused. */
    @Test
    void requestsAreBoundedByTheClientAndConnectionsOfTheProxyAreNot() throws Exception {
        Sluice.Builder settings = behind(X_FORWARDED_FOR, "127.0.0.1").peers(new PeerLimits(1, 1));
        try (FileServer server = settings.build().start();
                RawClient first = RawClient.of(server);
                RawClient second = RawClient.of(server)) {
            String one = RawClient.request("GET", "/file", "X-Forwarded-For: 192.0.2.1");
            String two = RawClient.request("GET", "/file", "X-Forwarded-For: 192.0.2.2");
            first.send(one + two + one + one);
            assertThat(first.read().text()).isEqualTo("content");
            assertThat(first.read().text()).isEqualTo("content");
            assertThat(first.read().status()).isEqualTo(429);
            first.expectEnd();
            assertThat(second.get("/file", "X-Forwarded-For: 192.0.2.3").text())
                    .isEqualTo("content");
            assertThat(server.count(Counter.REFUSED_PEER)).isZero();
            assertThat(server.count(Counter.REFUSED_REQUESTS)).isEqualTo(1);
            Await.equal("responses", remotes::size, 4);
            assertThat(remotes)
                    .containsExactlyInAnyOrder("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3");
        }
    }

    @Test
    void byHttp2EachStreamHasItsClient() throws Exception {
        Sluice.Builder settings =
                behind(X_FORWARDED_FOR, "127.0.0.1", "::1").tls(TlsSettings.selfSigned());
        try (FileServer server = settings.build().start();
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(TrustingClient.context())
                        .build()) {
            URI file = URI.create("https://localhost:" + server.port() + "/file");
            for (String address : List.of("192.0.2.1", "192.0.2.2")) {
                HttpRequest request = HttpRequest.newBuilder(file)
                        .header("X-Forwarded-For", address)
                        .build();
                assertThat(client.send(request, BodyHandlers.ofString()).body())
                        .isEqualTo("content");
            }
            Await.equal("responses", remotes::size, 2);
            assertThat(remotes).containsExactly("192.0.2.1", "192.0.2.2");
            assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(1);
        }
    }
}
