package sluice.io.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.EventLoop;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.loop.SharedLoop;
import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Setup;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How connections come to their loops. */
@ExtendWith(Watched.class)
class LoopArrangementTest {
    private final LineService service = new LineService();

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "SELECTOR"})
    void connectionsAreSpreadEvenlyOverTheLoops(Model model) throws IOException {
        Setup setup = new Setup(new Cell(model, CopyMode.AUTO), Reactor.MAIN_SUB);
        try (TestServer server = TestServer.start(setup, service)) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(server.client());
            }
            Await.until("all to be open", () -> service.live().size() == 20);
            for (EventLoop loop : service.loops()) {
                assertThat(((SharedLoop) loop).connections()).isEqualTo(10);
            }
            for (Client client : clients) {
                client.close();
            }
        }
    }
}
