package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The same bytes in the same pieces are answered alike under every model, whether they are requests
 * or not. {@code -Dsluice.seed=NUMBER} repeats a run that failed.
 */
final class PiecesTest {
    private static final int ROUNDS = 60;
    private static final int ROUNDS_THOROUGHLY = 2_000;
    private static final int PIECES_MAX = 6;

    private static final List<String> REQUESTS = List.of(
            request("GET", "/hello.txt"),
            request("GET", "/medium.bin", "Range: bytes=5-9,100-200,-1"),
            request("GET", "/medium.bin"),
            request("GET", "/folder/?sort=time"),
            request("GET", "/site"),
            request("GET", "/none", "Accept-Encoding: gzip;q=0, *"),
            request("OPTIONS", "*"),
            request("POST", "/", "Content-Length: 5") + "12345",
            request("PUT", "/x", "Transfer-Encoding: chunked") + "5;x=y\r\n12345\r\n0\r\n\r\n",
            "GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            request("GET", "/hello.txt", "Connection: close"));

    /** What a clock says, and the boundaries of parts. */
    private static final Pattern CHANCE =
            Pattern.compile("\r\nDate: [^\r]*|(?<=boundary=)[0-9A-F]{16}|(?<=\n--)[0-9A-F]{16}");

    /** Nothing follows (RFC 9112 9.6): who sends more may get RST behind the answer. */
    private static final Pattern LAST = Pattern.compile("close|HTTP/1\\.0");

    private static final List<String> MISTAKES =
            List.of("", "\n", "\r\n", "\0", " ", "%", "..", "Host: x\r\n", "a".repeat(9_000));

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<FileServer> servers = new ArrayList<>();

    @BeforeEach
    void start(@TempDir Path root) throws IOException {
        Tree.plant(root);
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH.plusSeconds(1)));
            }
        }
        for (Setup setup : Setup.models().toList()) {
            servers.add(setup.start(setup.serving(root)));
        }
    }

    @AfterEach
    void stop() {
        servers.forEach(FileServer::close);
    }

    @Test
    void everyModelAnswersTheSameBytesAlike() throws IOException {
        converse(ROUNDS);
    }

    @Test
    @Tag("thorough")
    void everyModelAnswersManyBytesAlike() throws IOException {
        converse(ROUNDS_THOROUGHLY);
    }

    private void converse(int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = conversation().getBytes(ISO_8859_1);
            int[] ends = ends(bytes.length);
            Map<String, List<String>> models = new LinkedHashMap<>();
            for (FileServer server : servers) {
                models.computeIfAbsent(answer(server, bytes, ends), _ -> new ArrayList<>())
                        .add(server.description());
            }
            assertThat(models)
                    .as(
                            "-Dsluice.seed=%d, round %d, in pieces to %s: %s",
                            seed, round, Arrays.toString(ends), new String(bytes, ISO_8859_1))
                    .hasSize(1);
        }
    }

    /** Some requests, and sometimes a mistake in them. */
    private String conversation() {
        StringBuilder text = new StringBuilder();
        for (int more = random.nextInt(4); more >= 0; more--) {
            text.append(REQUESTS.get(random.nextInt(REQUESTS.size())));
        }
        if (random.nextBoolean()) {
            int at = random.nextInt(text.length());
            int to = Math.min(text.length(), at + random.nextInt(3));
            text.replace(at, to, MISTAKES.get(random.nextInt(MISTAKES.size())));
        }
        return text.toString();
    }

    private int[] ends(int length) {
        int pieces = 1 + random.nextInt(PIECES_MAX);
        return random
                .ints(pieces, 0, length)
                .boxed()
                .collect(() -> new ArrayList<>(List.of(length)), List::add, List::addAll)
                .stream()
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }

    /** All that comes until the server ends the connection, but for what is by chance. */
    private static String answer(FileServer server, byte[] bytes, int[] ends) throws IOException {
        try (RawClient client = RawClient.of(server)) {
            boolean last = LAST.matcher(new String(bytes, ISO_8859_1)).find();
            try {
                send(client, bytes, ends);
            } catch (SocketException e) {
                assertThat(last)
                        .as("only who announced its last request may be cut off")
                        .isTrue();
            }
            byte[] rest =
                    last ? client.reader().readRestOrReset() : client.reader().readRest();
            return CHANCE.matcher(new String(rest, ISO_8859_1)).replaceAll("");
        }
    }

    private static void send(RawClient client, byte[] bytes, int[] ends) throws IOException {
        int from = 0;
        for (int end : ends) {
            client.send(Arrays.copyOfRange(bytes, from, end));
            from = end;
        }
        client.endOutput();
    }
}
