package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Patterns;
import sluice.io.testing.Setup;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;
import sluice.linux.Kernel;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The heart of the conformance suite, in cells of models, copy paths and designs: in some of each,
 * and thoroughly in every one that can exist. One test, because a server per behaviour would cost
 * more than the behaviours.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("sluice.io.testing.Setup#sampled")
@ExtendWith(Watched.class)
class EventLoopMatrixTest {
    private static final int PAGE = 4_096;
    private static final int[] SIZES = {0, 1, PAGE - 1, PAGE, PAGE + 1, 1 << 20};
    /** More than the socket buffers of a slow client and of the server's end hold. */
    private static final int BIG = 3 << 20;

    private static final int PIPELINED = 20;
    private static final int OFFSET = 77;

    @TempDir
    static Path directory;

    private static Path path = Path.of("");

    private final Setup setup;
    private final LineService service = new LineService();

    EventLoopMatrixTest(Setup setup) {
        this.setup = setup;
    }

    @BeforeAll
    static void writeFile() throws IOException {
        path = directory.resolve("served");
        Patterns.write(path, 0, BIG + OFFSET);
    }

    @Test
    void theRightBytesArriveWhateverThePaceOfThePeer() throws IOException {
        try (TestFile file = new TestFile(path, Kernel.LINUX);
                TestServer server = TestServer.start(setup, service.file(file))) {
            try (Client client = server.client();
                    Client slow = server.slowClient()) {
                slow.send("file 0 " + BIG + "\necho finished\n").body(0, 1_000);
                bodiesOfEverySize(client);
                messagesInOneSegment(client);
                resetInTheMiddle(server);
                client.send("echo alive\n");
                assertThat(client.line()).isEqualTo("alive");
                slow.body(1_000, BIG - 1_000);
                assertThat(slow.line()).isEqualTo("finished");
            }
        }
    }

    private static void bodiesOfEverySize(Client client) throws IOException {
        for (int size : SIZES) {
            client.send("memory " + size + "\necho then\n").body(0, size);
            assertThat(client.line()).isEqualTo("then");
            client.send("file " + OFFSET + " " + size + "\necho then\n").body(OFFSET, size);
            assertThat(client.line()).isEqualTo("then");
        }
    }

    private static void messagesInOneSegment(Client client) throws IOException {
        StringBuilder messages = new StringBuilder();
        for (int i = 0; i < PIPELINED; i++) {
            messages.append("echo ").append(i).append('\n');
            messages.append("file ").append(i).append(" 500\n");
            messages.append("later x").append(i).append('\n');
        }
        client.send(messages.toString());
        for (int i = 0; i < PIPELINED; i++) {
            assertThat(client.line()).isEqualTo(String.valueOf(i));
            client.body(i, 500);
            assertThat(client.line()).isEqualTo("x" + i);
        }
    }

    private static void resetInTheMiddle(TestServer server) throws IOException {
        Client client = server.slowClient();
        client.send("file 0 " + BIG + "\n").body(0, 1_000);
        client.reset();
        server.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
    }
}
