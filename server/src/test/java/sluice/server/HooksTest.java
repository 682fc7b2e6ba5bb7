package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.Method;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Code of the embedding program: what it permits, and what it answers in place of files. */
final class HooksTest {
    @TempDir
    Path root;

    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

    @BeforeEach
    void plant() throws IOException {
        Files.createDirectory(root.resolve("open"));
        Files.writeString(root.resolve("open/a.txt"), "for all");
        Files.createDirectory(root.resolve("paid"));
        Files.writeString(root.resolve("paid/a b.txt"), "for some");
    }

    private FileServer start(Rules rules) throws IOException {
        ServedFiles files = ServedFiles.in(root).withUploads(Uploads.defaults()).withRules(rules);
        return Setup.PLAIN.serving(root).files(files).build().start();
    }

    /** Lets in who signs what is not open. */
    private FileServer guarded() throws IOException {
        return start(Rules.NONE.withPermission(request -> {
            asked.add(request);
            return request.path().startsWith("/open/") || "signed".equals(request.query());
        }));
    }

    @Test
    void whatTheProgramDoesNotPermitIsForbiddenWhetherItExistsOrNot() throws IOException {
        try (FileServer server = guarded()) {
            assertThat(RawClient.get(server, "/open/a.txt").text()).isEqualTo("for all");
            assertThat(RawClient.get(server, "/paid/a%20b.txt").status()).isEqualTo(403);
            assertThat(RawClient.get(server, "/paid/none").status()).isEqualTo(403);
            assertThat(RawClient.get(server, "/paid/a%20b.txt?signed").text())
                    .isEqualTo("for some");
            assertThat(RawClient.get(server, "/paid/none?signed").status()).isEqualTo(404);
        }
    }

    @Test
    void everySpellingOfAPathIsTheSameToIt() throws IOException {
        try (FileServer server = guarded()) {
            for (String path : List.of(
                    "/open/../paid/a%20b.txt",
                    "/open/%2e%2e/paid/a%20b.txt", "//paid//a%20b.txt", "/p%61id/a%20b.txt")) {
                assertThat(RawClient.get(server, path).status()).as(path).isEqualTo(403);
            }
            assertThat(asked).allMatch(request -> request.path().equals("/paid/a b.txt"));
        }
    }

    @Test
    void listingsArchivesAndChangesNeedItToo() throws IOException {
        try (FileServer server = guarded()) {
            assertThat(RawClient.get(server, "/paid/").status()).isEqualTo(403);
            assertThat(RawClient.get(server, "/paid/?tar").status()).isEqualTo(403);
            try (RawClient client = RawClient.of(server)) {
                String put = request("PUT", "/paid/new", "Content-Length: 1") + "x";
                assertThat(client.send(put).read().status()).isEqualTo(403);
            }
            try (RawClient client = RawClient.of(server)) {
                String delete = request("DELETE", "/paid/a%20b.txt");
                assertThat(client.send(delete).read().status()).isEqualTo(403);
            }
            assertThat(root.resolve("paid/new")).doesNotExist();
            assertThat(root.resolve("paid/a b.txt")).exists();
            try (RawClient client = RawClient.of(server)) {
                String put = request("PUT", "/paid/new?signed", "Content-Length: 1") + "x";
                assertThat(client.send(put).read().status()).isEqualTo(201);
            }
        }
    }

    @Test
    void itSeesMethodQueryAndCredentials() throws IOException {
        try (FileServer server = guarded()) {
            RawClient.get(
                    server, "/open/a.txt?x=1&y=%20", "Authorization: Bearer t", "Cookie: c=1");
            assertThat(asked)
                    .contains(new Asked("GET", "/open/a.txt", "x=1&y=%20", "Bearer t", "c=1"));
            RawClient.get(server, "/open/", "Authorization: a", "Authorization: b");
            assertThat(asked).contains(new Asked("GET", "/open/", null, null, null));
        }
    }

    private static Handler handler(String paths, Answer answer) {
        return new Handler(PathPattern.of(paths), _ -> answer);
    }

    @Test
    void aHandlerAnswersInPlaceOfFilesInItsOwnForm() throws IOException {
        Rules rules = Rules.NONE
                .withHandlers(List.of(
                        handler("/open/a.txt", Answer.text("made")),
                        new Handler(
                                PathPattern.of("/api/**"),
                                request -> new Answer(
                                        404,
                                        Map.of("Content-Type", "application/json"),
                                        request.path().getBytes(UTF_8)))))
                .withHeaders(List.of(new Rules.Header(PathPattern.ALL, "X-Team", "blue")));
        try (FileServer server = start(rules)) {
            assertThat(RawClient.get(server, "/open/a.txt").text()).isEqualTo("made");
            ReceivedResponse missing = RawClient.get(server, "/api/%61", "Accept: text/html");
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.text()).isEqualTo("/api/a");
            assertThat(missing.fields())
                    .containsEntry("content-type", List.of("application/json"))
                    .containsEntry("x-team", List.of("blue"));
            assertThat(RawClient.get(server, "/paid/a%20b.txt").text()).isEqualTo("for some");
        }
    }

    @Test
    void aHandlerAnswersHeadWithoutABodyAndNoOtherMethod() throws IOException {
        Rules rules = Rules.NONE.withHandlers(List.of(handler("/v", Answer.json("{}"))));
        try (FileServer server = start(rules);
                RawClient client = RawClient.of(server)) {
            ReceivedResponse head = client.send(request("HEAD", "/v")).read(Method.HEAD);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.fields()).containsEntry("content-length", List.of("2"));
            assertThat(client.send(request("POST", "/v", "Content-Length: 0"))
                            .read()
                            .status())
                    .isNotEqualTo(200);
        }
    }

    @Test
    void aHandlerIsAskedOnlyIfTheRequestIsPermitted() throws IOException {
        Rules rules = Rules.NONE
                .withHandlers(List.of(handler("/v", Answer.text("v"))))
                .withPermission(request -> request.query() != null);
        try (FileServer server = start(rules)) {
            assertThat(RawClient.get(server, "/v").status()).isEqualTo(403);
            assertThat(RawClient.get(server, "/v?x").text()).isEqualTo("v");
        }
    }

    @Test
    void anAnswerIsRefusedThatIsNone() {
        assertThatThrownBy(() -> new Answer(199, Map.of(), new byte[0]))
                .hasMessageContaining("199");
        assertThatThrownBy(() -> new Answer(200, Map.of("X", "a\r\nb"), new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Answer(200, Map.of("content-Length", "1"), new byte[0]))
                .hasMessageContaining("content-Length");
    }
}
