package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Setup;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A thousand who say nothing, and one who does. */
@Tag("thorough")
@ParameterizedClass(name = "{0}")
@MethodSource("sluice.io.testing.Setup#oneLoopPerModel")
@ExtendWith(Watched.class)
class EventLoopCrowdTest {
    private static final int CROWD = 1_000;
    /** Both ends are in this process, and select(2) knows descriptors below 1024 only. */
    private static final int CROWD_OF_SELECT = 400;

    private static final int ECHOES = 20;

    private final Setup setup;

    EventLoopCrowdTest(Setup setup) {
        this.setup = setup;
    }

    @Test
    void theBusyAreServedBesideManyWhoAreIdleAndTheseAfterwards() throws IOException {
        int crowd = setup.cell().model() == Model.SELECT ? CROWD_OF_SELECT : CROWD;
        Limits limits = new Limits(2 * crowd, 64, TestServer.LONG, TestServer.LONG);
        List<Client> idle = new ArrayList<>();
        try (TestServer server = TestServer.start(setup, new LineService(), limits)) {
            try (Client busy = server.client()) {
                for (int i = 0; i < crowd; i++) {
                    idle.add(server.client());
                }
                server.awaitConnections(crowd + 1);
                for (int i = 0; i < ECHOES; i++) {
                    busy.send("echo " + i + "\n");
                    assertThat(busy.line()).isEqualTo(String.valueOf(i));
                }
                for (Client each : idle) {
                    each.send("echo awake\n");
                    assertThat(each.line()).isEqualTo("awake");
                }
            } finally {
                for (Client each : idle) {
                    each.close();
                }
            }
        }
    }
}
