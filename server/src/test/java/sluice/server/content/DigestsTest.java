package sluice.server.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.server.FileServer;
import sluice.server.testing.Await;
import sluice.server.testing.Descriptors;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Random;

/** Repr-Digest on demand (RFC 9530). */
class DigestsTest {
    private static final String WANT = "Want-Repr-Digest: sha-256=10, sha-512=3";

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

    private String plant(int size) throws Exception {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Files.write(root.resolve("file.bin"), content);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
        return "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":";
    }

    private ReceivedResponse digested(String... lines) throws Exception {
        Await.until("a digest", () -> RawClient.get(server, "/file.bin", WANT).has("Repr-Digest"));
        return RawClient.get(server, "/file.bin", lines);
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
        for (int i = 0; i < 10; i++) {
            try (var file = new RandomAccessFile(root.resolve("file" + i).toFile(), "rw")) {
                file.setLength(50_000_000);
            }
            try (RawClient client = RawClient.of(server)) {
                client.send(RawClient.request("HEAD", "/file" + i, WANT)).read(Method.HEAD);
            }
        }
        server.close();
        assertThat(Descriptors.below(root)).isZero();
    }
}
