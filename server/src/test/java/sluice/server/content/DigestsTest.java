package sluice.server.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.server.FileServer;
import sluice.server.testing.Await;
import sluice.server.testing.Descriptors;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Repr-Digest on demand (RFC 9530). */
class DigestsTest {
    private static final String WANT = "Want-Repr-Digest: sha-256=10, sha-512=3";

    /** By size: every model gets the same octets, and hashing them takes a tenth of a second. */
    private static final Map<Integer, String> DIGESTS = new ConcurrentHashMap<>();

    @TempDir
    Path root;

    private FileServer server;

    @BeforeEach
    void start() throws Exception {
        server = Setup.PLAIN.serving(root).build().start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String plant(int size) throws IOException {
        byte[] content = Tree.random(size);
        Files.write(root.resolve("file.bin"), content);
        return DIGESTS.computeIfAbsent(size, _ -> digest(content));
    }

    private static String digest(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static ReceivedResponse head(FileServer of, String... lines) throws Exception {
        try (RawClient client = RawClient.of(of)) {
            return client.send(RawClient.request("HEAD", "/file.bin", lines)).read(Method.HEAD);
        }
    }

    /** The response when the server knows the digest. */
    private ReceivedResponse digested(String... lines) throws Exception {
        assertThat(head(server, WANT).has("Repr-Digest")).isTrue();
        return RawClient.get(server, "/file.bin", lines);
    }

    @ParameterizedTest
    @MethodSource({"sluice.server.testing.Setup#models", "sluice.server.testing.Setup#layeredCells"
    })
    void headWaitsForTheDigestAndGetDoesNot(Setup setup) throws Exception {
        String expected = plant(3_000_000);
        try (FileServer other = setup.start(setup.serving(root))) {
            assertThat(RawClient.get(other, "/file.bin", WANT).has("Repr-Digest"))
                    .isFalse();
            assertThat(head(other, WANT).field("Repr-Digest")).isEqualTo(expected);
            assertThat(RawClient.get(other, "/file.bin", WANT).field("Repr-Digest"))
                    .isEqualTo(expected);
        }
        try (FileServer other = setup.start(setup.serving(root))) {
            assertThat(head(other, WANT).field("Repr-Digest")).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#models")
    void requestsBehindAHeadThatWaitsAreAnsweredInTheirOrder(Setup setup) throws Exception {
        String expected = plant(3_000_000);
        try (FileServer other = setup.start(setup.serving(root));
                RawClient client = RawClient.of(other)) {
            String head = RawClient.request("HEAD", "/file.bin", WANT);
            client.send(head + head + RawClient.request("GET", "/file.bin", "Range: bytes=0-0"));
            assertThat(client.read(Method.HEAD).field("Repr-Digest")).isEqualTo(expected);
            assertThat(client.read(Method.HEAD).field("Repr-Digest")).isEqualTo(expected);
            assertThat(client.read().body()).hasSize(1);
        }
    }

    @Test
    void manyWhoWaitForOneFileAreAllTold() throws Exception {
        String expected = plant(30_000_000);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(RawClient.of(server).send(RawClient.request("HEAD", "/file.bin", WANT)));
        }
        for (RawClient client : clients) {
            assertThat(client.read(Method.HEAD).field("Repr-Digest")).isEqualTo(expected);
            client.close();
        }
    }

    @Test
    void aClientThatLeavesIsWaitedForNoLonger() throws Exception {
        plant(200_000_000);
        RawClient client = RawClient.of(server);
        client.send(RawClient.request("HEAD", "/file.bin", WANT));
        Await.until("it waits", () -> server.connections() == 1);
        client.reset();
        Await.until("it has left", () -> server.connections() == 0);
        assertThat(head(server).status()).isEqualTo(200);
    }

    @Test
    void aHeadThatHasNoDigestToTellDoesNotWait() throws Exception {
        plant(1_000);
        ReceivedResponse failed = head(server, WANT, "If-Match: \"other\"");
        assertThat(failed.status()).isEqualTo(412);
        assertThat(failed.has("Repr-Digest")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 300_000})
    void whoWantsADigestGetsTheOneOfTheWholeContent(int size) throws Exception {
        String expected = plant(size);
        ReceivedResponse whole = digested(WANT);
        assertThat(whole.field("Repr-Digest")).isEqualTo(expected);
        assertThat(whole.body()).hasSize(size);
    }

    @Test
    void aRangeCarriesTheDigestOfTheWhole() throws Exception {
        String expected = plant(300_000);
        ReceivedResponse part = digested(WANT, "Range: bytes=5-9");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.field("Repr-Digest")).isEqualTo(expected);
        ReceivedResponse parts = digested(WANT, "Range: bytes=5-9,100-200");
        assertThat(parts.field("Repr-Digest")).isEqualTo(expected);
    }

    @Test
    void nobodyElseIsToldADigest() throws Exception {
        plant(1_000);
        assertThat(digested().has("Repr-Digest")).isFalse();
        assertThat(digested("Want-Repr-Digest: md5=5").has("Repr-Digest")).isFalse();
    }

    @Test
    void aServerThatClosesBeforeItHasHashedAllLeavesNothingOpen() throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count open files in");
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            try (var file = new RandomAccessFile(root.resolve("file" + i).toFile(), "rw")) {
                file.setLength(50_000_000);
            }
            clients.add(RawClient.of(server).send(RawClient.request("HEAD", "/file" + i, WANT)));
        }
        Await.until("all have been read", () -> Descriptors.below(root) > 10);
        server.close();
        assertThat(Descriptors.below(root)).isZero();
        for (RawClient client : clients) {
            client.close();
        }
    }
}
