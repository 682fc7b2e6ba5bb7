package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Counter;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many clients at a time. */
final class ManyClientsTest {
    private static final int CLIENTS = 24;
    private static final int REQUESTS = 20;

    @ParameterizedTest
    @MethodSource({"sluice.server.testing.Setup#all", "sluice.server.testing.Setup#layered"})
    void clientsDoNotGetEachOthersBytes(Setup setup, @TempDir Path root) throws Exception {
        Tree.plant(root);
        try (FileServer server = setup.start(setup.serving(root));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                clients.add(() -> asks(server, number));
            }
            for (Future<Boolean> client : threads.invokeAll(clients)) {
                assertThat(client.get()).isTrue();
            }
            assertThat(server.count(Counter.REQUESTS)).isEqualTo(CLIENTS * REQUESTS);
            assertThat(server.count(Counter.FAILED)).isZero();
        }
    }

    private static boolean asks(FileServer server, int number) throws IOException {
        try (RawClient client = RawClient.of(server)) {
            for (int i = 0; i < REQUESTS; i++) {
                switch ((number + i) % 4) {
                    case 0 -> assertThat(client.get("/medium.bin").body()).isEqualTo(Tree.MEDIUM);
                    case 1 -> assertThat(client.get("/nothing").status()).isEqualTo(404);
                    case 2 -> assertThat(client.get("/site/").text()).isEqualTo(Tree.INDEX);
                    default -> assertThat(client.get("/hello.txt").text()).isEqualTo(Tree.HELLO);
                }
            }
        }
        return true;
    }
}
