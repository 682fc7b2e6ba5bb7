package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Counter;
import sluice.io.Limits;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who is served when all connections are taken, in every cell and arrangement. */
@ParameterizedClass
@MethodSource({"sluice.server.testing.Setup#all", "sluice.server.testing.Setup#layered"})
final class FullServerTest {
    private static final int LIMIT = 6;
    private static final String SMALL = RawClient.request("GET", "/hello.txt");

    @Parameter
    private Setup setup = Setup.PLAIN;

    private FileServer server;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeEach
    void start(@TempDir Path root) throws IOException {
        Tree.plant(root);
        server = setup.start(setup.serving(root).limits(Limits.defaults().withConnections(LIMIT)));
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        server.close();
    }

    private RawClient connect() throws IOException {
        RawClient client = RawClient.of(server);
        clients.add(client);
        return client;
    }

    private void expectHello(RawClient client) throws IOException {
        assertThat(client.read().text()).isEqualTo(Tree.HELLO);
    }

    @Test
    void idleClientsLockNobodyOut() throws IOException {
        for (int i = 0; i < 5 * LIMIT; i++) {
            assertThat(connect().get("/hello.txt").text()).isEqualTo(Tree.HELLO);
        }

        assertThat(server.connections()).isLessThanOrEqualTo(LIMIT);
        assertThat(server.count(Counter.CLOSED_FOR_ROOM)).isGreaterThan(3 * LIMIT);
        clients.getFirst().expectEnd();
    }

    @Test
    void clientsThatNeverFinishAHeadLockNobodyOut() throws IOException {
        for (int i = 0; i < LIMIT; i++) {
            connect().send("GET /hello.txt HTTP/1.1\r\nHost:");
        }
        RawClient good = connect();
        good.send(SMALL);

        expectHello(good);
    }

    @Test
    void aRequestThatHasComeIsAnsweredHoweverManyWait() throws IOException {
        List<RawClient> crowd = new ArrayList<>();
        for (int i = 0; i < 5 * LIMIT; i++) {
            RawClient client = connect();
            client.send(SMALL);
            crowd.add(client);
        }
        for (RawClient client : crowd) {
            expectHello(client);
        }
    }
}
