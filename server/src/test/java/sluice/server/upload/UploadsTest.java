package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

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

import sluice.io.Counter;
import sluice.server.FileServer;
import sluice.server.Uploads;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files that clients send, under every model. */
@ParameterizedClass
@MethodSource({"sluice.server.testing.Setup#models", "sluice.server.testing.Setup#layeredCells"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UploadsTest {
    private static final byte[] LARGE = Tree.random(3_000_001);

    @Parameter
    private Setup setup = Setup.PLAIN;

    private Path root = Path.of("");
    private FileServer server;
    private RawClient client;

    @BeforeParameterizedClassInvocation(injectArguments = false)
    void start(@TempDir Path directory) throws Exception {
        root = directory;
        server = setup.start(setup.serving(root).uploads(Uploads.defaults()));
    }

    @AfterParameterizedClassInvocation(injectArguments = false)
    void stop() {
        server.close();
    }

    @BeforeEach
    void plant() throws Exception {
        Files.writeString(root.resolve("old.txt"), "old");
        Files.deleteIfExists(root.resolve("new.bin"));
        client = RawClient.of(server);
    }

    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        client.close();
        Await.until("nothing is left", () -> Uploaded.temporaries(root).isEmpty());
        Await.until("all have gone", () -> server.connections() == 0);
    }

    private ReceivedResponse put(String path, byte[] content, String... lines) throws Exception {
        String[] all = Stream.concat(
                        Stream.of("Content-Length: " + content.length), Stream.of(lines))
                .toArray(String[]::new);
        return client.send(request("PUT", path, all)).send(content).read();
    }

    /** Chunks of growing sizes, so that their borders fall anywhere. */
    private static byte[] chunked(byte[] content) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int size = 1;
        for (int at = 0; at < content.length; ) {
            int length = Math.min(size, content.length - at);
            out.write((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
            out.write(content, at, length);
            out.write("\r\n".getBytes(ISO_8859_1));
            at += length;
            size = size * 3 % 70_001;
        }
        out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        return out.toByteArray();
    }

    @Test
    void aFileIsMadeAndServedAsItCame() throws Exception {
        ReceivedResponse made = put("/new.bin", LARGE);

        assertThat(made.status()).isEqualTo(201);
        assertThat(Files.readAllBytes(root.resolve("new.bin"))).isEqualTo(LARGE);
        ReceivedResponse got = client.get("/new.bin");
        assertThat(got.body()).isEqualTo(LARGE);
        assertThat(got.field("ETag")).isEqualTo(made.field("ETag"));
    }

    @Test
    void aFileThatIsReplacedIsNewForTheNextClientAtOnce() throws Exception {
        for (String content : List.of("one", "two", "three", "", "five")) {
            assertThat(put("/old.txt", content.getBytes(ISO_8859_1)).status()).isEqualTo(204);
            assertThat(client.get("/old.txt").text()).isEqualTo(content);
        }
    }

    @Test
    void aDeletedFileIsGoneAtOnce() throws Exception {
        assertThat(client.get("/old.txt").status()).isEqualTo(200);

        assertThat(client.send(request("DELETE", "/old.txt")).read().status()).isEqualTo(204);

        assertThat(client.get("/old.txt").status()).isEqualTo(404);
        assertThat(client.send(request("DELETE", "/old.txt")).read().status()).isEqualTo(404);
    }

    @Test
    void aChunkedBodyIsStoredWithoutItsChunks() throws Exception {
        byte[] content = Tree.random(300_000);
        client.send(request("PUT", "/new.bin", "Transfer-Encoding: chunked"));

        assertThat(client.send(chunked(content)).read().status()).isEqualTo(201);
        assertThat(client.get("/new.bin").body()).isEqualTo(content);
    }

    @Test
    void aBodyIsAskedForWhenAllIsCheckedAndNotBefore() throws Exception {
        String[] lines = {"Content-Length: 3", "Expect: 100-continue"};
        client.send(request("PUT", "/old.txt", lines));
        assertThat(client.reader().readHead().status()).isEqualTo(100);
        assertThat(client.send("new").read().status()).isEqualTo(204);
        assertThat(root.resolve("old.txt")).hasContent("new");

        client.send(request("PUT", "/none/old.txt", lines));
        ReceivedResponse refused = client.read();
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.keepAlive()).isFalse();
        client.expectEnd();
    }

    @Test
    void requestsSentAheadOfAnAnswerAreAnsweredAfterIt() throws Exception {
        client.send(request("PUT", "/old.txt", "Content-Length: 5") + "first"
                + request("GET", "/old.txt")
                + request("PUT", "/old.txt", "Content-Length: 6") + "second"
                + request("GET", "/old.txt")
                + request("DELETE", "/old.txt")
                + request("GET", "/old.txt"));

        assertThat(client.read().status()).isEqualTo(204);
        assertThat(client.read().text()).isEqualTo("first");
        assertThat(client.read().status()).isEqualTo(204);
        assertThat(client.read().text()).isEqualTo("second");
        assertThat(client.read().status()).isEqualTo(204);
        assertThat(client.read().status()).isEqualTo(404);
    }

    @Test
    void aBodyThatComesByteByByteIsStored() throws Exception {
        client.send(request("PUT", "/new.bin", "Content-Length: 300"));
        byte[] content = Tree.random(300);
        for (byte octet : content) {
            client.send(new byte[] {octet});
        }
        assertThat(client.read().status()).isEqualTo(201);
        assertThat(Files.readAllBytes(root.resolve("new.bin"))).isEqualTo(content);
    }

    @Test
    void aClientThatLeavesInTheMiddleLeavesTheOldFileAndNothingElse() throws Exception {
        client.send(request("PUT", "/old.txt", "Content-Length: 5000000")).send(LARGE);
        Await.until("it has begun", () -> !Uploaded.temporaries(root).isEmpty());
        client.endOutput();
        client.expectEnd();

        assertThat(root.resolve("old.txt")).hasContent("old");
    }

    @Test
    void aClientThatBreaksOffLeavesTheOldFileAndNothingElse() throws Exception {
        client.send(request("PUT", "/old.txt", "Content-Length: 5000000")).send(LARGE);
        Await.until("it has begun", () -> !Uploaded.temporaries(root).isEmpty());
        client.reset();
        Await.until("nothing is left", () -> Uploaded.temporaries(root).isEmpty());

        assertThat(root.resolve("old.txt")).hasContent("old");
    }

    @Test
    void aServerThatDrainsFinishesWhatIsBeingReceived() throws Exception {
        try (FileServer other = setup.start(setup.serving(root).uploads(Uploads.defaults()))) {
            Thread drain;
            try (RawClient late = RawClient.of(other)) {
                late.send(request("PUT", "/new.bin", "Content-Length: 6")).send("abc");
                Await.until("it has begun", () -> !Uploaded.temporaries(root).isEmpty());
                drain = Thread.ofPlatform().start(() -> Uploaded.drain(other));
                Await.until("it drains", () -> Uploaded.refusesConnections(other));
                late.send("def");

                // Whether it says that it closes depends on which connection was told first.
                assertThat(late.read().status()).isEqualTo(201);
                late.expectEnd();
            }
            drain.join();
        }
        assertThat(root.resolve("new.bin")).hasContent("abcdef");
    }

    @Test
    void whatIsReceivedIsCounted() throws Exception {
        long before = server.count(Counter.BYTES_TO_FILES);
        put("/new.bin", LARGE);

        assertThat(server.count(Counter.BYTES_TO_FILES) - before).isEqualTo(LARGE.length);
    }
}
