package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import static java.lang.Integer.parseInt;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.Method;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** How long a connection lives, and in which order it answers, in every cell and arrangement. */
@ParameterizedClass
@MethodSource({"sluice.server.testing.Setup#all", "sluice.server.testing.Setup#layered"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConnectionsTest {
    private static final String SMALL = request("GET", "/hello.txt");

    @Parameter
    private Setup setup = Setup.PLAIN;

    private FileServer server;
    private RawClient client;

    @BeforeParameterizedClassInvocation(injectArguments = false)
    void start(@TempDir Path root) throws IOException {
        Tree.plant(root);
        server = setup.start(setup.serving(root));
    }

    @AfterParameterizedClassInvocation(injectArguments = false)
    void stop() {
        server.close();
    }

    @BeforeEach
    void connect() throws IOException {
        client = RawClient.of(server);
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
    }

    private void expectHello() throws IOException {
        ReceivedResponse response = client.read();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo(Tree.HELLO);
    }

    @Test
    void aConnectionTakesManyRequests() throws IOException {
        for (int i = 0; i < 50; i++) {
            assertThat(client.get("/hello.txt").text()).isEqualTo(Tree.HELLO);
        }
    }

    @Test
    void aClientThatWantsToCloseIsToldSoAndClosed() throws IOException {
        ReceivedResponse response = client.get("/large.bin", "Connection: close");

        assertThat(response.field("Connection")).isEqualTo("close");
        assertThat(response.body()).isEqualTo(Tree.LARGE);
        client.expectEnd();
    }

    /** Unread bytes would make the kernel reset the connection, and the answer would be lost. */
    @Test
    void aClientThatSendsMoreThanItSaidStillReadsTheLastAnswer() throws IOException {
        client.send(request("GET", "/hello.txt", "Connection: close") + "more".repeat(50_000));
        expectHello();
        client.expectEnd();
    }

    @Test
    void http10ClosesUnlessAskedNotTo() throws IOException {
        client.send("GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(client.read().field("Connection")).isEqualTo("keep-alive");

        client.send("GET /hello.txt HTTP/1.0\r\n\r\n");
        assertThat(client.read().field("Connection")).isEqualTo("close");
        client.expectEnd();
    }

    @Test
    void aPipelineIsAnsweredInItsOrder() throws IOException {
        List<String> targets = List.of("/hello.txt", "/medium.bin", "/empty.txt", "/nothing");
        Random random = new Random(1);
        List<String> asked = new ArrayList<>();
        StringBuilder pipeline = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            String target = targets.get(random.nextInt(targets.size()));
            asked.add(target);
            pipeline.append(request("GET", target));
        }
        client.send(pipeline.toString());

        for (String target : asked) {
            ReceivedResponse response = client.read();
            switch (target) {
                case "/nothing" -> assertThat(response.status()).isEqualTo(404);
                case "/hello.txt" -> assertThat(response.text()).isEqualTo(Tree.HELLO);
                case "/empty.txt" -> assertThat(response.body()).isEmpty();
                default -> assertThat(response.body()).isEqualTo(Tree.MEDIUM);
            }
        }
    }

    @Test
    void aSlowReaderGetsAPipelineOfBigAnswersWhole() throws IOException {
        try (RawClient slow = RawClient.slow(server)) {
            slow.send(request("GET", "/large.bin").repeat(3) + SMALL);
            for (int i = 0; i < 3; i++) {
                assertThat(slow.read().body()).isEqualTo(Tree.LARGE);
            }
            assertThat(slow.read().text()).isEqualTo(Tree.HELLO);
        }
    }

    @Test
    void aRequestMayArriveByteByByte() throws IOException {
        for (byte octet : (SMALL + SMALL).getBytes(ISO_8859_1)) {
            client.send(new byte[] {octet});
        }
        expectHello();
        expectHello();
    }

    @Test
    void aBodyThatNobodyWantsIsNeverTakenForTheNextRequest() throws IOException {
        String smuggled = request("GET", "/nothing");
        String chunked = Integer.toHexString(smuggled.length()) + "\r\n" + smuggled
                + "\r\n0\r\nTrailer: x\r\n\r\n";
        client.send(request("GET", "/hello.txt", "Content-Length: " + smuggled.length())
                + smuggled
                + request("POST", "/hello.txt", "Transfer-Encoding: chunked")
                + chunked
                + SMALL);

        expectHello();
        assertThat(client.read().status()).isEqualTo(405);
        expectHello();
    }

    @Test
    void aBodyTooBigToBeDroppedEndsTheConnectionAfterTheAnswer() throws IOException {
        client.send(request("PUT", "/hello.txt", "Content-Length: 1000000000"));
        client.send(SMALL.repeat(100));

        assertThat(client.read().status()).isEqualTo(405);
        client.expectEnd();
    }

    @Test
    void aClientThatAsksBeforeItSendsABodyIsAnsweredAtOnce() throws IOException {
        client.send(request("PUT", "/x", "Content-Length: 5", "Expect: 100-continue"));

        ReceivedResponse response = client.read();
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.keepAlive()).isFalse();
        client.expectEnd();
    }

    @Test
    void anExpectationThatNobodyKnowsFails() throws IOException {
        assertThat(client.get("/hello.txt", "Expect: the-unexpected").status()).isEqualTo(417);
    }

    @Test
    void aClientThatHasEndedItsSideGetsAllItsAnswers() throws IOException {
        client.send(SMALL + request("GET", "/large.bin") + request("HEAD", "/large.bin"));
        client.endOutput();

        expectHello();
        assertThat(client.read().body()).isEqualTo(Tree.LARGE);
        assertThat(client.read(Method.HEAD).contentLength()).isEqualTo(Tree.LARGE.length);
        client.expectEnd();
    }

    @Test
    void aClientThatEndsWithinAHeadIsClosed() throws IOException {
        client.send(SMALL + "GET /hello.txt HT");
        client.endOutput();

        expectHello();
        client.expectEnd();
    }

    @Test
    void aListingTravelsInAPipelineToo() throws IOException {
        client.send(request("GET", "/folder/") + SMALL + request("GET", "/folder/") + SMALL);

        String listing = client.read().text();
        expectHello();
        assertThat(client.read().text()).isEqualTo(listing).contains("one.txt");
        expectHello();
    }

    /** Each begins a head, and the octet behind it makes it wrong; then the client is silent. */
    @Test
    void anUnfinishedHeadThatIsWrongIsRefusedByTheSegmentThatMakesItSo() throws IOException {
        for (String[] wrong : new String[][] {
            {"GE", "\0", "400"},
            {"GET /hello", "\"", "400"},
            {"GET /hello?a", "#", "400"},
            {"GET /hello.txt HTTP/", "x", "400"},
            {"GET /hello.txt HTTP/", "2.0", "505"},
            {"GET /hello.txt HTTP/1.1\r", "x", "400"},
            {"GET /hello.txt HTTP/1.1\r\n", " ", "400"},
            {"GET /hello.txt HTTP/1.1\r\nHo", " ", "400"},
            {"GET /hello.txt HTTP/1.1\r\nHost: h\r\n", ":", "400"},
            {"GET /hello.txt HTTP/1.1\r\nHost: h\r\nA: b", "\0", "400"},
            {"GET /hello.txt HTTP/1.1\r\nHost: h\r\nA: b\r", "c", "400"},
        }) {
            try (RawClient client = RawClient.of(server)) {
                // The answer to the first request tells that the server has what came with it.
                client.send(SMALL + wrong[0]);
                assertThat(client.read().status()).isEqualTo(200);
                client.send(wrong[1]);
                assertThat(client.read().status()).as(wrong[0]).isEqualTo(parseInt(wrong[2]));
                client.expectEnd();
            }
        }
    }
}
