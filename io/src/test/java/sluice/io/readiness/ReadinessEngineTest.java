package sluice.io.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Limits;
import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Setup;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What all models that wait for readiness have in common. */
@ParameterizedClass(name = "{0}")
@MethodSource("sluice.io.testing.Setup#oneReadinessLoopPerModel")
@ExtendWith(Watched.class)
class ReadinessEngineTest {
    private static final int CLIENTS = 50;
    private static final Limits ONE_BUFFER =
            new Limits(2 * CLIENTS, 1, TestServer.LONG, TestServer.LONG);

    private final Setup setup;
    private final LineService service = new LineService();

    ReadinessEngineTest(Setup setup) {
        this.setup = setup;
    }

    @Test
    void manyRequestsOfOneTurnAreAnsweredWithTheMemoryOfOneAnswer() throws IOException {
        List<Client> clients = new ArrayList<>();
        CountDownLatch asked = new CountDownLatch(1);
        try (TestServer server = TestServer.start(setup, service, ONE_BUFFER)) {
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(server.client());
                }
                server.awaitConnections(CLIENTS);
                service.loops()
                        .getFirst()
                        .post(() -> Await.until("all ask", () -> asked.getCount() == 0));
                for (Client client : clients) {
                    client.send("echo me\n");
                }
                asked.countDown();
                for (Client client : clients) {
                    assertThat(client.line()).isEqualTo("me");
                }
            } finally {
                for (Client client : clients) {
                    client.close();
                }
            }
        }
    }
}
