package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.EveryModelAndLayer;
import sluice.io.testing.LineProtocol;
import sluice.io.testing.LineService;
import sluice.io.testing.Logs;
import sluice.io.testing.Setup;
import sluice.io.testing.TestServer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Numerous peers: at the limit of connections an idle one makes room, and no answer is cut. */
@EveryModelAndLayer
class EventLoopLimitTest {
    private static final int ECHOES = 100;
    private static final int TRIES = 5;

    /** Logged by the thread of the connection after its client has heard of it. */
    private static final String CLOSED =
            "the connection that waited longest for a request was closed";

    private final Setup setup;
    private final LineService service = new LineService();

    EventLoopLimitTest(Setup setup) {
        this.setup = setup;
    }

    private static Limits limits(int connections) {
        return new Limits(connections, 10, TestServer.LONG, TestServer.LONG);
    }

    private static Client greeted(TestServer server, String word) throws IOException {
        Client client = server.client();
        client.send("echo " + word + "\n");
        assertThat(client.line()).isEqualTo(word);
        return client;
    }

    /**
     * A thread that the machine lets wait behind others may learn late that its connection is idle:
     * then the other one has been idle longest, and is closed.
     */
    @Test
    void atTheLimitTheConnectionThatIsIdleLongestMakesRoom() throws IOException {
        boolean isLongest = false;
        for (int i = 0; i < TRIES && !isLongest; i++) {
            isLongest = theOneThatSaysNothingMakesRoom();
        }
        assertThat(isLongest).as("what is idle longest is closed").isTrue();
    }

    /** Whether the first one stays open, which has said something just now. */
    private boolean theOneThatSaysNothingMakesRoom() throws IOException {
        boolean stays;
        try (TestServer server = TestServer.start(setup, service, limits(3));
                Client first = greeted(server, "1");
                Client second = greeted(server, "2")) {
            for (int i = 0; i < ECHOES; i++) {
                first.send("echo again\n");
                assertThat(first.line()).isEqualTo("again");
            }
            try (Client third = greeted(server, "3")) {
                server.awaitCount(Counter.CLOSED_FOR_ROOM, 1);
                stays = answers(first);
                if (stays) {
                    second.assertEnded();
                }
                third.send("echo more\n");
                assertThat(third.line()).isEqualTo("more");
                server.awaitConnections(2);
            }
            assertThat(server.count(Counter.CLOSED_FOR_ROOM)).isEqualTo(1);
        }
        assertThat(Logs.await(CLOSED))
                .contains(CLOSED + " at the limit of 3 connections; 1 so far");
        return stays;
    }

    private static boolean answers(Client client) {
        try {
            client.send("echo 1\n");
            return client.line().equals("1");
        } catch (IOException closed) {
            return false;
        }
    }

    /** A crowd that comes one after another is served one after another, whichever loop accepts. */
    @Test
    void atTheLimitEachOfManyNewOnesIsServed() throws IOException {
        List<Client> crowd = new ArrayList<>();
        try (TestServer server = TestServer.start(setup, service, limits(3))) {
            try {
                for (int i = 0; i < ECHOES; i++) {
                    crowd.add(greeted(server, String.valueOf(i)));
                }
                assertThat(server.reactors().connections()).isLessThanOrEqualTo(3);
            } finally {
                for (Client client : crowd) {
                    client.close();
                }
            }
        }
        assertThat(Logs.await(CLOSED)).isNotEmpty();
    }

    @Test
    void atTheLimitAnAnswerThatIsDueIsNotCut() throws IOException {
        try (TestServer server = TestServer.start(setup, service, limits(2));
                Client first = server.client();
                Client second = server.client()) {
            first.send("hold\n");
            LineProtocol held = server.held();
            second.send("hold\n");
            LineProtocol other = server.held();
            try (Client third = server.client()) {
                third.send("echo 3\n");
                Await.until("a pause", () -> server.count(Counter.ACCEPT_AT_LIMIT) > 1);
                assertThat(server.reactors().connections()).isEqualTo(2);
                held.loop().post(() -> held.releaseWith("now\n"));
                assertThat(first.line()).isEqualTo("now");
                first.assertEnded();
                assertThat(third.line()).isEqualTo("3");
            }
            other.loop().post(() -> other.releaseWith("late\n"));
            assertThat(second.line()).isEqualTo("late");
        }
        assertThat(Logs.take()).contains("accepting paused at the limit of 2 connections");
    }

    @Test
    void atTheLimitAPeerThatNeverSaysAnythingMakesRoomAfterAWhile() throws IOException {
        try (TestServer server = TestServer.start(setup, service, limits(2));
                Client silent = server.client();
                Client held = server.client()) {
            held.send("hold\n");
            LineProtocol busy = server.held();
            silent.assertEnded();
            busy.loop().post(() -> busy.releaseWith("now\n"));
            assertThat(held.line()).isEqualTo("now");
        }
        assertThat(Logs.await(CLOSED)).isNotEmpty();
    }
}
