package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.Uploads;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Exit codes and words of {@code get} and {@code put}. */
final class TransferCommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path root;
    private FileServer server;

    @BeforeEach
    void start() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(root.resolve("a file.txt"), "hello");
        server = Sluice.builder()
                .port(0)
                .files(ServedFiles.in(root)
                        .withFresh(Duration.ZERO)
                        .withUploads(Uploads.defaults()))
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private String url(String path) {
        return server.uri().resolve(path).toString();
    }

    @Test
    void getReceivesAFileUnderTheNameThatIsSaidOrThatOfTheUrl() {
        Path other = folder.resolve("other.txt");

        assertThat(run("get", url("a%20file.txt"), "-o", other.toString())).isEqualTo(Exit.OK);
        assertThat(other).hasContent("hello");
        assertThat(run("get", url("a%20file.txt"), "-o", folder.toString())).isEqualTo(Exit.OK);
        assertThat(folder.resolve("a file.txt")).hasContent("hello");
        assertThat(out.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("received "));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void putSendsAFileUnderTheNameThatIsSaidOrItsOwn() throws IOException {
        Path file = Files.writeString(folder.resolve("100 %.txt"), "new");

        assertThat(run("put", file.toString(), url("b.txt"))).isEqualTo(Exit.OK);
        assertThat(root.resolve("b.txt")).hasContent("new");
        assertThat(run("put", file.toString(), url("/"))).isEqualTo(Exit.OK);
        assertThat(root.resolve("100 %.txt")).hasContent("new");
        assertThat(run("put", file.toString(), url("b.txt"))).isEqualTo(Exit.OK);
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("created " + url("b.txt")),
                        line -> assertThat(line).startsWith("created " + url("100%20%25.txt")),
                        line -> assertThat(line).startsWith("stored " + url("b.txt")));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void bothSayThatTheyHaveVerified() throws IOException {
        Path file = Files.writeString(folder.resolve("new"), "new");
        Path here = folder.resolve("here");

        assertThat(run("get", url("a%20file.txt"), "--verify", "-o", here.toString()))
                .isEqualTo(Exit.OK);
        assertThat(run("put", "--verify", file.toString(), url("b.txt"))).isEqualTo(Exit.OK);
        assertThat(run("put", file.toString(), url("b.txt"))).isEqualTo(Exit.OK);
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith(", verified sha-256"),
                        line -> assertThat(line).endsWith(", verified sha-256"),
                        line -> assertThat(line).doesNotContain("sha-256"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aFileWithoutADigestIsAFailureForWhoWantsItVerified() throws IOException {
        Path here = folder.resolve("here");
        try (ServerSocket listener = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerWithoutADigest(listener));
            String url = "http://127.0.0.1:" + listener.getLocalPort() + "/file";

            assertThat(run("get", url, "--verify", "-o", here.toString())).isEqualTo(Exit.FAILED);
            assertThat(err.toString()).startsWith("sluice: ").contains("the server told no digest");
            assertThat(here).doesNotExist();
            assertThat(run("get", url, "-o", here.toString())).isEqualTo(Exit.OK);
            assertThat(out.toString().strip()).endsWith("not verified: the server told no digest");
        }
    }

    private static void answerWithoutADigest(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                String response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
                socket.getInputStream().read(new byte[8_192]);
                socket.getOutputStream().write(response.getBytes(US_ASCII));
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    void whatTheServerDoesNotHaveOrTakeIsAFailureInWords() {
        Path here = folder.resolve("here");

        assertThat(run("get", url("nothing"), "-o", here.toString())).isEqualTo(Exit.FAILED);
        assertThat(run("put", here.toString(), url("x"))).isEqualTo(Exit.FAILED);
        assertThat(run("get", url("a%20file.txt"), "-o", here + "/x")).isEqualTo(Exit.FAILED);
        assertThat(here).doesNotExist();
        assertThat(err.toString())
                .contains("the file does not exist on the server (404 Not Found)")
                .contains(here + " does not exist")
                .contains("cannot write " + here)
                .doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aUrlWithoutASchemeIsHttp() {
        Path here = folder.resolve("here");
        String typed = url("a%20file.txt").substring("http://".length());

        assertThat(run("get", typed, "-o", here.toString())).isEqualTo(Exit.OK);
        assertThat(here).hasContent("hello");
        assertThat(run("put", here.toString(), "//" + server.uri().getAuthority() + "/c"))
                .isEqualTo(Exit.OK);
        assertThat(root.resolve("c")).hasContent("hello");
    }

    @Test
    void oneFailureOfSeveralUrlsStopsNoneOfTheOthers() throws IOException {
        Files.writeString(root.resolve("b"), "bee");

        assertThat(run("get", url("none"), url("b"), url("a%20file.txt"), "-o", folder.toString()))
                .isEqualTo(Exit.FAILED);
        assertThat(folder.resolve("b")).hasContent("bee");
        assertThat(folder.resolve("a file.txt")).hasContent("hello");
        assertThat(err.toString()).containsOnlyOnce("sluice: ").contains("(404 Not Found)");
    }

    @Test
    void severalUrlsNeedADirectoryAndNamesOfTheirOwn() throws IOException {
        assertThat(run("get", url("a"), url("b"), "-o", folder + "/x")).isEqualTo(Exit.USAGE);
        assertThat(run("get", url("a"), url("d/a"), "-o", folder.toString())).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .contains("-o must be an existing directory for several URLs, not " + folder + "/x")
                .contains("two of the URLs name a file " + folder.resolve("a"));
        assertThat(folder).isDirectoryNotContaining("glob:**/[xa]");
    }

    @Test
    void optionsForDirectoriesAreThoseThatHaveAnEffect() throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Files.writeString(tree.resolve("a"), "hello");
        String into = folder.resolve("back").toString();

        assertThat(run("put", tree.toString(), url("/"), "-H", "X-a: b", "--limit-rate", "1M"))
                .isEqualTo(Exit.OK);
        assertThat(run("get", url("tree/"), "-H", "X-a: b", "--limit-rate", "1M", "-o", into))
                .isEqualTo(Exit.OK);
        assertThat(folder.resolve("back/a")).hasContent("hello");
        assertThat(err.toString()).isEmpty();
        assertThat(run("put", "--verify", tree.toString(), url("/"))).isEqualTo(Exit.USAGE);
        assertThat(run("get", "--verify", url("tree/"), "-o", into)).isEqualTo(Exit.USAGE);
        assertThat(run("get", "-N", url("tree/"), "-o", into)).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .contains("--verify has no effect with the directory " + tree)
                .contains("--verify has no effect with the directory " + url("tree/"))
                .contains("-N has no effect with the directory " + url("tree/"));
    }

    @Test
    void anUnchangedFileIsNotReceivedAgain() throws IOException {
        Path here = folder.resolve("a file.txt");
        String[] get = {"get", "-N", url("a%20file.txt"), "-o", folder.toString()};
        assertThat(run(get)).isEqualTo(Exit.OK);
        assertThat(run(get)).isEqualTo(Exit.OK);
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("received " + here),
                        line -> assertThat(line).isEqualTo(here + " is up to date"));

        // Nothing but the SHA-256 tells this one.
        FileTime time = Files.getLastModifiedTime(here);
        Files.setLastModifiedTime(Files.writeString(here, "hallo"), time);
        assertThat(run(get)).isEqualTo(Exit.OK);
        assertThat(here).hasContent("hallo");
        assertThat(run("get", "-N", "--verify", url("a%20file.txt"), "-o", folder.toString()))
                .isEqualTo(Exit.OK);
        assertThat(here).hasContent("hello");
    }

    @Test
    void anOlderFileInItsPlaceIsAnotherFile() throws IOException {
        Path here = folder.resolve("a file.txt");
        String[] get = {"get", "-N", url("a%20file.txt"), "-o", folder.toString()};
        assertThat(run(get)).isEqualTo(Exit.OK);
        Path older = Files.writeString(folder.resolve("older"), "older");
        Files.setLastModifiedTime(older, FileTime.fromMillis(1_000));
        Files.move(older, root.resolve("a file.txt"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(run(get)).isEqualTo(Exit.OK);
        assertThat(here).hasContent("older");
    }

    @ParameterizedTest
    @CsvSource({
        "Host: other, Host frames the request",
        "content-length: 1, content-length frames the request",
        "Range: bytes=1-, Range is set by sluice itself",
        "no colon, is not a field; write 'Name: value'",
        "'a b: c', is not a field"
    })
    void aFieldThatCannotBeAddedIsWrongUsage(String field, String words) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "new");
        assertThat(run("get", url("a%20file.txt"), "-H", field)).isEqualTo(Exit.USAGE);
        assertThat(run("put", file.toString(), url("x"), "-H", field)).isEqualTo(Exit.USAGE);
        assertThat(err.toString().split(words, -1)).hasSize(3);
        assertThat(root.resolve("x")).doesNotExist();
    }

    /** Java takes the encoding of names from the locale, and that of C has no letters but ASCII. */
    @Test
    void aNameThatTheLocaleCannotWriteIsANameLikeOthers() throws Exception {
        Files.writeString(root.resolve("für.txt"), "hello");
        Run without = getInTheLocaleOfC(url("f%C3%BCr.txt"));
        assertThat(without.code()).as(without.said()).isEqualTo(Exit.OK);
        assertThat(folder.resolve("für.txt")).hasContent("hello");
        Path here = folder.resolve("hier für dich");
        Run with = getInTheLocaleOfC(url("f%C3%BCr.txt"), "-o", here.toString());
        assertThat(with.code()).as(with.said()).isEqualTo(Exit.OK);
        assertThat(here).hasContent("hello");
    }

    private record Run(int code, String said) {}

    private Run getInTheLocaleOfC(String... arguments) throws Exception {
        List<String> get = Stream.concat(Stream.of("get"), Stream.of(arguments)).toList();
        ProcessBuilder builder = ServeProcess.command(List.of(), get).directory(folder.toFile());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
        return new Run(process.waitFor(), said);
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://localhost/file, is not an http:// or https:// URL",
        "http://user:word@localhost/file, are not supported; remove them",
        "http://localhost:99999/file, has no valid host or port",
        "http:///file, has no valid host or port",
        "http://localhost/%, is not a URL",
        "http://localhost/, is a directory without a name",
        "http://localhost/a%2Fb, does not name a file"
    })
    void aUrlThatCannotBeMeantIsWrongUsage(String url, String words) {
        assertThat(run("get", url)).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).startsWith("sluice: ").contains(words).doesNotContain("\tat ");
    }
}
