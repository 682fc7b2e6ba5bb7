package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.Uploads;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Setup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** What the spelling of a path changes: nothing; and which names with a dot are served. */
final class PathsTest {
    @TempDir
    private Path root;

    private Rehearsed site;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(root.resolve("folder/sub"));
        Files.createDirectories(root.resolve(".well-known/acme-challenge/.git"));
        Files.createDirectories(root.resolve("folder/.well-known"));
        Files.writeString(root.resolve("file.txt"), "file");
        Files.writeString(root.resolve("file.txt.gz"), "");
        Files.write(root.resolve("file.txt.gz"), gzip("file"));
        Files.writeString(root.resolve("folder/one.txt"), "one");
        Files.writeString(root.resolve("folder/sub/index.html"), "index");
        Files.writeString(root.resolve("folder/.well-known/x"), "below");
        Files.writeString(root.resolve(".well-known/security.txt"), "contact");
        Files.writeString(root.resolve(".well-known/acme-challenge/token"), "token");
        Files.writeString(root.resolve(".well-known/acme-challenge/.git/config"), "git");
        Files.writeString(root.resolve(".well-known/.hidden"), "hidden");
        Files.writeString(root.resolve(".env"), "env");
        Files.writeString(root.resolve("..x"), "two dots");
        Files.writeString(root.resolve("..."), "three dots");
        site = Rehearsed.of(writable());
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Sluice.Builder writable() {
        return Sluice.builder().root(root).uploads(Uploads.defaults());
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(coded)) {
            out.write(text.getBytes(ISO_8859_1));
        }
        return coded.toByteArray();
    }

    private ReceivedResponse put(String target, String content) throws IOException {
        String length = "Content-Length: " + content.length();
        return site.ask(Method.PUT, RawClient.request("PUT", target, length) + content);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/./file.txt",
                "//file.txt",
                "/folder/../file.txt",
                "/folder/sub/../../file.txt",
                "/none/../file.txt",
                "/file.txt/../file.txt",
                "/.env/../file.txt",
                "/%2e/file.txt",
                "/folder/%2E%2e/file.txt",
                "http://h/folder/../file.txt"
            })
    void everySpellingIsTheSameFile(String target) throws IOException {
        ReceivedResponse file = site.get("/file.txt");
        assertThat(site.get(target).text()).isEqualTo("file");
        assertThat(site.get(target).field("ETag")).isEqualTo(file.field("ETag"));
        String known = "If-None-Match: " + file.field("ETag");
        assertThat(site.get(target, known).status()).isEqualTo(304);
        assertThat(site.get(target, "Range: bytes=1-2").text()).isEqualTo("il");
        assertThat(site.get(target, "Accept-Encoding: gzip").body()).isEqualTo(gzip("file"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/./file.txt", "//file.txt", "/folder/../file.txt", "/%2e/file.txt"})
    void everySpellingIsWrittenAsTheSameFile(String target) throws IOException {
        ServedFiles files = ServedFiles.in(root).withUploads(Uploads.defaults());
        try (FileServer server = Setup.PLAIN.serving(root).files(files).build().start();
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/file.txt").text()).isEqualTo("file");
            client.send(RawClient.request("PUT", target, "Content-Length: 7") + "changed");
            assertThat(client.read(Method.PUT).status()).isEqualTo(204);
            assertThat(client.get("/file.txt").text()).isEqualTo("changed");
            assertThat(client.get(target).text()).isEqualTo("changed");
            client.send(RawClient.request("DELETE", target));
            assertThat(client.read(Method.DELETE).status()).isEqualTo(204);
            assertThat(client.get("/file.txt").status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/folder/./, /folder/",
        "/folder/., /folder/",
        "/folder/sub/.., /folder/",
        "/folder//, /folder/",
        "/folder/sub/./, /folder/sub/"
    })
    void everySpellingIsTheSameDirectory(String target, String directory) throws IOException {
        assertThat(site.get(target).text()).isEqualTo(site.get(directory).text());
        String json = target + "?format=json";
        assertThat(site.get(json).text())
                .isEqualTo(site.get(directory + "?format=json").text());
    }

    @ParameterizedTest
    @CsvSource({
        "/folder/./sub, /folder/sub/",
        "//folder, /folder/",
        "//folder?a=b, /folder/?a=b",
        "//evil.example/../folder, /folder/",
        "///folder//sub, /folder/sub/"
    })
    void aRedirectLeadsToTheOnePathOfThisServer(String target, String location) throws IOException {
        ReceivedResponse response = site.get(target);
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.field("Location")).isEqualTo(location);
    }

    @Test
    void aDirectoryNamedLikeAHostIsNoOtherHost() throws IOException {
        Files.createDirectory(root.resolve("evil.example"));
        assertThat(site.get("//evil.example").field("Location")).isEqualTo("/evil.example/");
        assertThat(site.get("/folder/..//evil.example").field("Location"))
                .isEqualTo("/evil.example/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/..", "/../", "/%2e%2e/file.txt", "/folder/../../file.txt"})
    void whatLeadsAboveTheRootIsBad(String target) throws IOException {
        assertThat(site.get(target).status()).isEqualTo(400);
        assertThat(put(target, "x").status()).isEqualTo(400);
    }

    @Test
    void namesOfDotsAreNamesThatTheDotfilePolicyHides() throws IOException {
        assertThat(site.get("/..x").status()).isEqualTo(404);
        assertThat(site.get("/...").status()).isEqualTo(404);
        try (Rehearsed open =
                Rehearsed.of(Sluice.builder().files(ServedFiles.in(root).withDotfiles(true)))) {
            assertThat(open.get("/..x").text()).isEqualTo("two dots");
            assertThat(open.get("/...").text()).isEqualTo("three dots");
            assertThat(open.get("/%2e%2e%2e").text()).isEqualTo("three dots");
            assertThat(open.get("/.../../..x").text()).isEqualTo("two dots");
            assertThat(open.get("/").text()).contains("href=\"..x\"", "href=\"...\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/.well-known/security.txt, contact",
        "/.well-known/acme-challenge/token, token",
        "/%2Ewell-known/security.txt, contact",
        "/folder/../.well-known//security.txt, contact"
    })
    void wellKnownFilesArePublic(String target, String content) throws IOException {
        ReceivedResponse response = site.get(target);
        assertThat(response.text()).isEqualTo(content);
        String known = "If-None-Match: " + response.field("ETag");
        assertThat(site.get(target, known).status()).isEqualTo(304);
        String head = RawClient.request("HEAD", target);
        assertThat(site.ask(Method.HEAD, head).status()).isEqualTo(200);
    }

    @Test
    void theWellKnownDirectoryIsLikeAnyOther() throws IOException {
        assertThat(site.get("/.well-known").field("Location")).isEqualTo("/.well-known/");
        assertThat(site.get("/.well-known/").text())
                .contains("href=\"security.txt\"", "href=\"acme-challenge/\"")
                .doesNotContain("href=\".hidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.env",
                "/.well-known/.hidden",
                "/.well-known/acme-challenge/.git/config",
                "/.well-known/../.env",
                "/folder/.well-known/x",
                "/.Well-Known/security.txt"
            })
    void otherDotfilesStayHidden(String target) throws IOException {
        assertThat(site.get(target).status()).isEqualTo(404);
        assertThat(site.get("/").text()).doesNotContain(".well-known", ".env");
    }

    /** Who can write there can prove to a certificate authority that the site is his. */
    @Test
    void whatIsWellKnownIsWrittenOnlyWhereDotfilesAreServed() throws IOException {
        assertThat(put("/.well-known/security.txt", "mine").status()).isEqualTo(403);
        assertThat(put("/.well-known/new", "mine").status()).isEqualTo(403);
        String delete = RawClient.request("DELETE", "/.well-known/security.txt");
        assertThat(site.ask(Method.DELETE, delete).status()).isEqualTo(403);
        assertThat(site.get("/.well-known/security.txt").text()).isEqualTo("contact");
        site.close();
        site = Rehearsed.of(writable().files(ServedFiles.in(root).withDotfiles(true)));
        assertThat(put("/.well-known/security.txt", "mine").status()).isEqualTo(204);
    }
}
