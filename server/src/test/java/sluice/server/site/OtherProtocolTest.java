package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.io.Counter;
import sluice.io.testing.Rehearsal;
import sluice.server.Sluice;
import sluice.server.Uploads;
import sluice.server.content.FileEntry;
import sluice.server.response.HttpClock;
import sluice.server.root.PathKey;
import sluice.server.testing.Coded;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What makes responses knows of no protocol: HTTP/1 and {@link FrameProtocol} carry the same.
 * Requests reach it as what they ask for, and not as what they were sent as.
 */
final class OtherProtocolTest {
    private static final byte[] NOTHING = {};
    private static final long WINDOW = 10_000;

    static final List<Arguments> REQUESTS = List.of(
            request("GET", "/hello.txt"),
            request("GET", "/empty.txt"),
            request("GET", "/medium.bin"),
            request("GET", "/large.bin"),
            request("HEAD", "/large.bin"),
            request("GET", "/site/"),
            request("GET", "/hello.txt", "Range: bytes=3-5"),
            request("GET", "/large.bin", "Range: bytes=1000-1400000"),
            request("GET", "/hello.txt", "Range: bytes=0-1,5-6,-2"),
            request("GET", "/large.bin", "Range: bytes=0-9,600000-900000,-1"),
            request("GET", "/hello.txt", "Range: bytes=13-"),
            request("GET", "/hello.txt", "If-None-Match: \"a\"", "If-None-Match: *"),
            request("GET", "/hello.txt", "If-Match: \"other\""),
            request("GET", "/hello.txt", "If-Range: \"other\"", "Range: bytes=3-5"),
            request("GET", "/page.txt", "Accept-Encoding: gzip"),
            request("GET", "/page.txt", "Accept-Encoding: identity;q=0"),
            request("GET", "/folder/"),
            request("GET", "/folder/?sort=size", "Accept: application/json"),
            request("HEAD", "/folder/"),
            request("GET", "/folder?a=b"),
            request("GET", "/nothing"),
            request("GET", "/.secret"),
            request("GET", "/%zz"),
            request("OPTIONS", "*"),
            request("PUT", "/hello.txt"),
            request("BREW", "/hello.txt"),
            request("GET", "/hello.txt", "Expect: a wonder"));

    @TempDir
    private Path root;

    private Rehearsed site;

    private static Arguments request(String method, String target, String... lines) {
        return Arguments.of(method, target, lines);
    }

    @BeforeEach
    void open() throws IOException {
        Tree.plant(root);
        Files.writeString(root.resolve("page.txt"), "page");
        Files.write(root.resolve("page.txt.gz"), Coded.gzip("page"));
        site = Rehearsed.of(root);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static List<ReceivedResponse> byFrames(Rehearsed site, long frameMax, byte[] request) {
        try (Rehearsal connection =
                new Rehearsal(FrameProtocol.serving(site.site, frameMax)).window(WINDOW)) {
            connection.receive(request);
            assertThat(connection.awaitsInput()).isTrue();
            assertThat(connection.count(Counter.FAILED)).isZero();
            assertThat(connection.buffersInUse()).isZero();
            return FrameProtocol.read(connection.output());
        }
    }

    private static ReceivedResponse byFrames(
            Rehearsed site, long frameMax, String method, String target, String... lines) {
        byte[] fields = FrameRequest.encode(method, target, lines);
        return byFrames(site, frameMax, FrameProtocol.request(fields, NOTHING)).getFirst();
    }

    private ReceivedResponse byHttp1(String method, String target, String... lines)
            throws IOException {
        Method bodyOf = method.equals("HEAD") ? Method.HEAD : Method.GET;
        return site.ask(bodyOf, RawClient.request(method, target, lines));
    }

    /** What belongs to a message of HTTP/1, or is drawn by chance, is no part of a response. */
    private static String comparable(ReceivedResponse response) {
        Map<String, List<String>> fields = new TreeMap<>(response.fields());
        fields.remove("date");
        String all =
                response.status() + "\n" + fields + "\n" + new String(response.body(), ISO_8859_1);
        return all.replaceAll("\\b[0-9A-F]{16}\\b", "boundary");
    }

    @ParameterizedTest
    @FieldSource("REQUESTS")
    void carriesTheStatusTheFieldsAndTheOctetsThatHttp1Carries(
            String method, String target, String[] lines) throws IOException {
        ReceivedResponse http1 = byHttp1(method, target, lines);
        assertThat(http1.has("date")).isTrue();
        assertThat(comparable(byFrames(site, Long.MAX_VALUE, method, target, lines)))
                .isEqualTo(comparable(http1));
    }

    /** A window may be smaller than anything that a body is made of. */
    @ParameterizedTest
    @ValueSource(longs = {1, 7, 100})
    void cutsOctetsWhereItLikes(long frameMax) throws IOException {
        for (String[] request : new String[][] {
            {"/hello.txt"},
            {"/folder/"},
            {"/nothing"},
            {"/hello.txt", "Range: bytes=0-1,5-6,-2"},
            {"/medium.bin", "Range: bytes=0-9,60000-60200,-1"}
        }) {
            String[] lines = request.length == 1 ? new String[0] : new String[] {request[1]};
            ReceivedResponse cut = byFrames(site, frameMax, "GET", request[0], lines);
            assertThat(comparable(cut)).isEqualTo(comparable(byHttp1("GET", request[0], lines)));
        }
    }

    @Test
    void answersAnUploadAndWhatComesBeforeIt(@TempDir Path folder) throws IOException {
        try (Rehearsed writable =
                Rehearsed.of(Sluice.builder().root(folder).uploads(Uploads.defaults()))) {
            byte[] body = "new content".getBytes(ISO_8859_1);
            byte[] fields = FrameRequest.encode(
                    "PUT", "/new.txt", "Upload-Complete: ?1", "Upload-Draft-Interop-Version: 8");
            List<ReceivedResponse> responses =
                    byFrames(writable, Long.MAX_VALUE, FrameProtocol.request(fields, body));

            assertThat(responses).extracting(ReceivedResponse::status).containsExactly(104, 201);
            assertThat(responses.getFirst().field("Location")).startsWith("/.sluice");
            assertThat(responses.getFirst().field("Upload-Limit")).startsWith("max-age=");
            assertThat(responses.getLast().field("Upload-Complete")).isEqualTo("?1");
            assertThat(responses.getLast().contentLength()).isZero();
            assertThat(Files.readAllBytes(folder.resolve("new.txt"))).isEqualTo(body);

            String tag = responses.getLast().field("ETag");
            assertThat(writable.get("/new.txt").field("ETag")).isEqualTo(tag);
            assertThat(byFrames(writable, 1, "DELETE", "/new.txt", "If-Match: \"x\"")
                            .status())
                    .isEqualTo(412);
            assertThat(byFrames(writable, 1, "DELETE", "/new.txt", "If-Match: " + tag)
                            .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void aFileHasOneResponseHoweverOftenAndByWhateverItIsAskedFor() throws IOException {
        assertThat(site.get("/hello.txt").status()).isEqualTo(200);
        PathKey path = new PathKey().set("hello.txt".getBytes(ISO_8859_1), 0, 9);
        FileEntry entry = (FileEntry) site.site.cache().find(path, System.nanoTime(), true);
        FileAnswers answers = new FileAnswers(site.site, new HttpClock(() -> 0));
        FrameRequest request = new FrameRequest(FrameRequest.encode("GET", "/hello.txt"));

        assertThat(answers.answer(request, entry, path, true)).isSameAs(entry.whole());
        entry.release();
    }
}
