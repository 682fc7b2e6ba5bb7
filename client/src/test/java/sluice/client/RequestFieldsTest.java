package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.TlsTrust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Fields that the user adds, and who sees them. */
final class RequestFieldsTest {
    private static final Transfer.Options SECRET =
            new Transfer.Options(List.of("Authorization: secret"), 0, TlsTrust.SYSTEM);

    private final Recorder recorder = new Recorder();

    @TempDir
    private Path folder;

    @Test
    void aFieldIsSentWithoutTheSpaceAroundItsValue() {
        assertThat(RequestFields.line("X-a:  b \t c  ")).isEqualTo("X-a: b \t c");
        assertThat(RequestFields.line("X-a:")).isEqualTo("X-a: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b\r\nc: d",
                "a: b\nc: d",
                "a: b\rc",
                "a: \0",
                ": b",
                "a b: c",
                "a : c",
                "a: \u00e9",
                "Transfer-Encoding: chunked",
                "CONNECTION: close",
                "If-Range: x",
                "Upload-Offset: 1"
            })
    void whatFramesOrSplitsARequestIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> RequestFields.line(text));
    }

    @Test
    void everyRequestToTheServerOfTheUrlHasThem() throws Exception {
        try (TinyServer server = TinyServer.of(
                TinyServer.saying(
                        "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\nhello"),
                TinyServer.saying("HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n"))) {
            download(server.url("/file")).run();
            assertThat(server.heads)
                    .hasSize(2)
                    .allMatch(head -> head.contains("\r\nAuthorization: secret\r\n"));
        }
    }

    @Test
    void everyRequestForADirectoryHasThem() throws Exception {
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.writeString(source.resolve("file"), "hello");
        try (TinyServer server = TinyServer.of(
                TinyServer.saying("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
                TinyServer.saying("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
                TinyServer.saying("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"))) {
            HttpUrl url = server.url("/d/");
            assertThatIOException()
                    .isThrownBy(() ->
                            TreeDownload.run(url, folder.resolve("d"), SECRET, recorder, recorder));
            TreeUpload.run(source, url, SECRET, recorder, recorder, null);

            assertThat(server.heads)
                    .satisfiesExactly(
                            head -> assertThat(head).startsWith("GET "),
                            head -> assertThat(head).startsWith("MKCOL "),
                            head -> assertThat(head).startsWith("PUT "))
                    .allMatch(head -> head.contains("\r\nAuthorization: secret\r\n"));
        }
    }

    @Test
    void anotherServerDoesNotSeeThem() throws Exception {
        try (TinyServer other = TinyServer.of(
                        TinyServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
                TinyServer server =
                        TinyServer.of(TinyServer.saying("HTTP/1.1 302 Found\r\nLocation: "
                                + other.url("/elsewhere") + "\r\nContent-Length: 0\r\n\r\n"))) {
            download(server.url("/file")).run();
            assertThat(server.heads).allMatch(head -> head.contains("secret"));
            assertThat(other.heads).hasSize(1).noneMatch(head -> head.contains("secret"));
        }
    }

    @Test
    void theUsersNameOfTheClientReplacesOurs() throws Exception {
        try (TinyServer server = TinyServer.of(
                TinyServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"))) {
            download(server.url("/file"))
                    .with(new Transfer.Options(List.of("user-agent: me"), 0, TlsTrust.SYSTEM))
                    .run();
            assertThat(server.heads.getFirst())
                    .contains("\r\nuser-agent: me\r\n")
                    .doesNotContain("User-Agent: sluice");
        }
    }

    @Test
    void anUploadHasThemAsWell() throws Exception {
        Path source = Files.writeString(folder.resolve("source"), "");
        try (TinyServer server = TinyServer.of(
                TinyServer.saying("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"))) {
            new Upload(source, server.url("/file"), recorder, recorder, null)
                    .with(SECRET)
                    .run();
            assertThat(server.heads.getFirst()).contains("\r\nAuthorization: secret\r\n");
        }
    }

    private Download download(HttpUrl url) throws IOException {
        return new Download(url, folder.resolve("file"), recorder, recorder).with(SECRET);
    }
}
