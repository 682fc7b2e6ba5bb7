package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Counter;
import sluice.server.testing.Await;
import sluice.server.testing.Descriptors;
import sluice.server.testing.LogWatch;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Hundreds of clients that leave, in order or not, in every phase of a conversation. */
final class BrokenConnectionsTest {
    private static final int ROUNDS = 15;

    /** A client under TLS computes for 40 ms before it can leave. */
    private static final int ROUNDS_UNDER_TLS = 3;

    private static final String SMALL = request("GET", "/hello.txt");
    private static final String LARGE = request("GET", "/large.bin");

    /** A client up to the moment when it leaves. */
    @FunctionalInterface
    private interface Visit {
        void pay(RawClient client) throws IOException;
    }

    private static final List<Visit> VISITS = List.of(
            client -> {},
            client -> client.send("GET /hel"),
            client -> client.send(SMALL),
            client -> client.get("/hello.txt"),
            client -> client.send(LARGE),
            client -> client.send(LARGE).reader().readHead(),
            client -> client.send(LARGE.repeat(30)).read(),
            client -> client.send(LARGE + SMALL).endOutput(),
            client -> client.send(SMALL.repeat(300)),
            client -> client.send("nonsense\r\n\r\n" + SMALL),
            client -> client.send(request("POST", "/", "Transfer-Encoding: chunked") + "5\r\na"),
            client -> client.send(request("POST", "/", "Content-Length: 90000") + SMALL),
            client -> client.send(request("GET", "/folder/") + SMALL),
            client -> client.send(request("GET", "/large.bin", "Range: bytes=0-9,800000-"))
                    .read());

    @ParameterizedTest
    @MethodSource({"sluice.server.testing.Setup#all", "sluice.server.testing.Setup#layered"})
    void nothingIsLeftOfClientsThatLeave(Setup setup, @TempDir Path root) throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count descriptors in");
        Tree.plant(root);
        int threads = ownThreads();
        try (LogWatch log = new LogWatch();
                FileServer server = setup.start(setup.serving(root))) {
            // What the server keeps open for later is open now; a round may leave before it is.
            for (String file : List.of("/hello.txt", "/large.bin", "/folder/")) {
                assertThat(RawClient.get(server, file).status()).isEqualTo(200);
            }
            visitOnce(server);
            Await.equal("connections", server::connections, 0);
            int sockets = Descriptors.sockets();
            int files = Descriptors.below(root);
            int rounds = setup.tls() == null ? ROUNDS : ROUNDS_UNDER_TLS;
            for (int i = 0; i < rounds; i++) {
                visitOnce(server);
            }
            Await.equal("connections", server::connections, 0);
            Await.equal("sockets", Descriptors::sockets, sockets);
            // A worker may still look at a file for a client that has left.
            Await.until("files are closed", () -> Descriptors.below(root) <= files);
            assertThat(server.count(Counter.CONNECTIONS_CLOSED))
                    .isEqualTo(server.count(Counter.CONNECTIONS_OPENED))
                    .isGreaterThanOrEqualTo(2L * rounds * VISITS.size());
            assertThat(server.count(Counter.FAILED)).isZero();
            assertThat(RawClient.get(server, "/hello.txt").text()).isEqualTo(Tree.HELLO);
            assertThat(log.lines()).isEmpty();
        }
        assertThat(Descriptors.below(root)).isZero();
        Await.equal("threads", BrokenConnectionsTest::ownThreads, threads);
    }

    /** But the one daemon that asynchronous channels have in a process, however many servers. */
    private static int ownThreads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sluice-"))
                .filter(thread -> !thread.getName().equals("sluice-async"))
                .count();
    }

    private static void visitOnce(FileServer server) throws IOException {
        for (Visit visit : VISITS) {
            try (RawClient client = RawClient.of(server)) {
                visit.pay(client);
            }
            try (RawClient client = RawClient.of(server)) {
                visit.pay(client);
                client.reset();
            }
        }
    }
}
