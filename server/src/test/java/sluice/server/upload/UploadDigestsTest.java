package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.server.FileServer;
import sluice.server.Uploads;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.Stream;

/** Digests that clients promise of what they send (RFC 9530), under every model. */
@ParameterizedClass
@MethodSource("sluice.server.testing.Setup#models")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UploadDigestsTest {
    /** Long enough to bypass the buffer. */
    private static final byte[] CONTENT = Tree.random(1_000_003);

    private static final int HALF = 500_000;
    private static final String OTHER = sha("another".getBytes(US_ASCII), "SHA-256");

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
        Files.deleteIfExists(root.resolve("new.bin"));
        Files.writeString(root.resolve("old.txt"), "old");
        client = RawClient.of(server);
    }

    @AfterEach
    void leave() throws Exception {
        client.close();
    }

    private void expectNothingLeft() throws Exception {
        Await.until("nothing is left", () -> Uploaded.temporaries(root).isEmpty());
    }

    /** A member of a digest field. */
    private static String sha(byte[] content, String algorithm) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(content);
            return algorithm.toLowerCase(Locale.ROOT) + "=:"
                    + Base64.getEncoder().encodeToString(digest) + ":";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private ReceivedResponse send(String method, String path, byte[] content, String... lines)
            throws Exception {
        String[] all = Stream.concat(
                        Stream.of("Content-Length: " + content.length), Stream.of(lines))
                .toArray(String[]::new);
        return client.send(request(method, path, all)).send(content).read();
    }

    private ReceivedResponse put(String path, byte[] content, String... lines) throws Exception {
        return send("PUT", path, content, lines);
    }

    private void expectRefused(ReceivedResponse refused, String field) throws Exception {
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.field("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.text())
                .contains("http-problem-types#digest-mismatched-values")
                .contains("differs from " + field + "; nothing was stored");
        assertThat(refused.has("Repr-Digest")).isFalse();
        expectNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, 1_000_003})
    void aFileThatIsWhatItsDigestSaysIsStoredAndTheAnswerSaysThatItWasChecked(int length)
            throws Exception {
        byte[] content = Arrays.copyOf(CONTENT, length);
        String digests = sha(content, "SHA-256") + ", " + sha(content, "SHA-512");
        ReceivedResponse stored = put("/new.bin", content, "Repr-Digest: " + digests);
        assertThat(stored.status()).isEqualTo(201);
        assertThat(stored.field("Repr-Digest")).isEqualTo(digests);
        assertThat(Files.readAllBytes(root.resolve("new.bin"))).isEqualTo(content);
        assertThat(put("/old.txt", content, "Content-Digest: " + digests).status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Repr-Digest", "Content-Digest"})
    void aFileThatIsNotIsRefusedAndTheOldOneStays(String field) throws Exception {
        expectRefused(put("/old.txt", CONTENT, field + ": " + OTHER), field);
        expectRefused(put("/new.bin", CONTENT, field + ": sha-512=:AAAA:"), field);
        String right = sha(CONTENT, "SHA-512");
        expectRefused(put("/new.bin", CONTENT, field + ": " + right + ", " + OTHER), field);
        assertThat(root.resolve("old.txt")).hasContent("old");
        assertThat(root.resolve("new.bin")).doesNotExist();
        assertThat(client.get("/old.txt").text()).isEqualTo("old");
    }

    @Test
    void chunksHaveTheDigestOfTheirContent() throws Exception {
        String chunks = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
        String right = sha("hello world".getBytes(US_ASCII), "SHA-256");
        String[] lines = {"Transfer-Encoding: chunked", "Repr-Digest: " + right};
        assertThat(client.send(request("PUT", "/new.bin", lines) + chunks)
                        .read()
                        .status())
                .isEqualTo(201);
        lines[1] = "Repr-Digest: " + OTHER;
        expectRefused(
                client.send(request("PUT", "/new.bin", lines) + chunks).read(), "Repr-Digest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"md5=:AAAA:", "sha-256=AAAA", "SHA-256=:AAAA:", "sha-256=:A:", "x"})
    void anUnknownAlgorithmAndAMalformedFieldAreIgnored(String value) throws Exception {
        ReceivedResponse stored = put("/new.bin", CONTENT, "Repr-Digest: " + value);
        assertThat(stored.status()).isEqualTo(201);
        assertThat(stored.has("Repr-Digest")).isFalse();
    }

    /** Begins an upload with its first half: its reference. */
    private String begin(String... lines) throws Exception {
        String[] all = Stream.concat(Stream.of("Upload-Complete: ?0"), Stream.of(lines))
                .toArray(String[]::new);
        ReceivedResponse begun = put("/new.bin", Arrays.copyOf(CONTENT, HALF), all);
        assertThat(begun.status()).isEqualTo(201);
        return begun.field("Location");
    }

    private ReceivedResponse append(String reference, String... lines) throws Exception {
        String[] all = Stream.concat(
                        Stream.of(
                                "Content-Type: application/partial-upload",
                                "Upload-Offset: " + HALF,
                                "Upload-Complete: ?1"),
                        Stream.of(lines))
                .toArray(String[]::new);
        return send("PATCH", reference, Arrays.copyOfRange(CONTENT, HALF, CONTENT.length), all);
    }

    @Test
    void whatTheFirstRequestPromisesIsCheckedAfterTheLastEvenByAnotherProcess() throws Exception {
        String digest = sha(CONTENT, "SHA-256");
        String reference = begin("Repr-Digest: " + digest);
        client.close();
        server.close();
        server = setup.start(setup.serving(root).uploads(Uploads.defaults()));
        client = RawClient.of(server);
        ReceivedResponse last = append(reference);
        assertThat(last.status()).isEqualTo(201);
        assertThat(last.field("Repr-Digest")).isEqualTo(digest);
        assertThat(Files.readAllBytes(root.resolve("new.bin"))).isEqualTo(CONTENT);
        assertThat(client.send(request("DELETE", reference)).read().status()).isEqualTo(204);
        expectNothingLeft();
    }

    private void expectUploadOver(String reference) throws Exception {
        assertThat(root.resolve("new.bin")).doesNotExist();
        assertThat(client.send(request("HEAD", reference)).read(Method.HEAD).status())
                .isEqualTo(404);
    }

    @Test
    void anUploadThatDiffersInTheEndIsOver() throws Exception {
        String reference = begin("Repr-Digest: " + OTHER);
        ReceivedResponse last = append(reference);
        expectRefused(last, "Repr-Digest");
        assertThat(last.field("Upload-Complete")).isEqualTo("?1");
        expectUploadOver(reference);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Repr-Digest", "Content-Digest"})
    void theDigestOfAPartIsThatOfThePart(String field) throws Exception {
        byte[] rest = Arrays.copyOfRange(CONTENT, HALF, CONTENT.length);
        String first = "Content-Digest: " + sha(Arrays.copyOf(CONTENT, HALF), "SHA-256");
        String reference = begin(first);
        assertThat(append(reference, field + ": " + sha(rest, "SHA-256")).status())
                .isEqualTo(201);
        assertThat(client.send(request("DELETE", reference)).read().status()).isEqualTo(204);

        Files.delete(root.resolve("new.bin"));
        String other = begin(first);
        expectRefused(append(other, field + ": " + sha(CONTENT, "SHA-256")), field);
        expectUploadOver(other);
    }
}
