package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.http.Method;
import sluice.io.testing.Rehearsal;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.Uploads;
import sluice.server.root.Roots;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Which requests change a file, which are refused, and why. */
final class UploadRulesTest {
    private static final int MAX = 100_000;

    @TempDir
    private Path root;

    @TempDir
    private Path elsewhere;

    private Rehearsed site;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(root.resolve("old.txt"), "old");
        Files.createDirectory(root.resolve("folder"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("old.txt"));
        Files.createSymbolicLink(root.resolve("inside"), Path.of("folder"));
        Files.createSymbolicLink(root.resolve("outside"), elsewhere);
        site = Rehearsed.of(
                Sluice.builder().root(root).uploads(Uploads.defaults().withMaxSize(MAX)));
    }

    private Sluice.Builder withDotfiles() {
        ServedFiles files = ServedFiles.in(root).withDotfiles(true);
        return Sluice.builder().files(files.withUploads(Uploads.defaults()));
    }

    @AfterEach
    void close() throws IOException {
        assertThat(Uploaded.temporaries(root)).isEmpty();
        site.close();
        Roots.deleteLinks(root);
    }

    private static String put(String target, String content, String... lines) {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add("Content-Length: " + content.length());
        return request("PUT", target, all.toArray(String[]::new)) + content;
    }

    private ReceivedResponse ask(String request) throws IOException {
        return site.ask(Method.PUT, request);
    }

    private String tag() throws IOException {
        return site.get("/old.txt").field("ETag");
    }

    @ParameterizedTest
    @CsvSource({
        "/new.txt,201",
        "/old.txt,204",
        "/folder/new.txt,201",
        "/a%20b,201",
        "/inside/new.txt,201",
        "/folder,409",
        "/folder/,409",
        "/,409",
        "/none/new.txt,409",
        "/old.txt/new.txt,409",
        "/link,409",
        "/outside/new.txt,404",
        "/.hidden,404",
        "/.d/new.txt,404",
        "/folder//new.txt,201",
        "//new.txt,201",
        "/a//b,409",
        "/a%2Fb,404",
        "/./new.txt,201",
        "/folder/../new.txt,201",
        "/none/%2e%2e/new.txt,201",
        "/folder/..,409",
        "/../new.txt,400",
        "/.well-known/new.txt,403",
        "/.well-known/.new.txt,404",
        "/folder/.well-known/new.txt,404",
        "/%00,400",
        "/.sluice-upload-00000000000000000000000000000000,405",
        "/.sluice-upload-x,404",
        "/.sluice-uploads,404",
        "/.sluice-uploads/new.txt,404",
        "/.sluice-uploads/.sluice-upload-00000000000000000000000000000000,405",
        "/a/.sluice-uploads/.sluice-upload-00000000000000000000000000000000,404"
    })
    void aPathIsWrittenToOnlyWhereOneIsRead(String target, int status) throws IOException {
        assertThat(ask(put(target, "new")).status()).isEqualTo(status);
        assertThat(elsewhere).isEmptyDirectory();
        if (status == 201) {
            assertThat(site.get(target).text()).isEqualTo("new");
        }
    }

    @Test
    void dotfilesAreWrittenWhereTheyAreServed() throws IOException {
        try (Rehearsed open = Rehearsed.of(withDotfiles())) {
            assertThat(open.ask(Method.PUT, put("/.hidden", "x")).status()).isEqualTo(201);
            for (String path :
                    List.of("/.sluice-upload-x", "/.sluice-uploads/x", "/.sluice-uploads")) {
                assertThat(open.ask(Method.PUT, put(path, "x")).status()).isEqualTo(404);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Match: *|204|412",
                "If-None-Match: *|412|201",
                "If-Match: TAG|204|412",
                "If-None-Match: TAG|412|201",
                "If-Match: \"x\"|412|412",
                "If-None-Match: \"x\"|204|201",
                "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT|412|201",
                "If-Unmodified-Since: Fri, 01 Jan 2100 00:00:00 GMT|204|201"
            })
    void conditionsAreKept(String line, int old, int missing) throws IOException {
        String condition = line.replace("TAG", tag());

        assertThat(ask(put("/new.txt", "new", condition)).status()).isEqualTo(missing);
        assertThat(ask(put("/old.txt", "new", condition)).status()).isEqualTo(old);
        assertThat(root.resolve("old.txt")).hasContent(old == 204 ? "new" : "old");
    }

    @Test
    void aConditionIsLookedAtOnceMoreWhenAllHasCome() throws IOException {
        try (Rehearsal connection = site.connect()) {
            String all = put("/old.txt", "mine", "If-Match: " + tag());
            connection.receive(all.substring(0, all.length() - 1).getBytes(ISO_8859_1));
            Files.writeString(root.resolve("old.txt"), "theirs");
            connection.receive(all.substring(all.length() - 1).getBytes(ISO_8859_1));

            assertThat(Rehearsed.answers(connection, Method.PUT).getFirst().status())
                    .isEqualTo(412);
        }
        assertThat(root.resolve("old.txt")).hasContent("theirs");
    }

    @Test
    void ofTwoWhoWriteAtOnceTheLastOneWinsAndEachIsWhole() throws IOException {
        try (Rehearsal one = site.connect();
                Rehearsal two = site.connect()) {
            String first = put("/old.txt", "1".repeat(50_000));
            String second = put("/old.txt", "2".repeat(60_000));
            one.receive(first.substring(0, 30_000).getBytes(ISO_8859_1));
            two.receive(second.substring(0, 40_000).getBytes(ISO_8859_1));
            one.receive(first.substring(30_000).getBytes(ISO_8859_1));
            assertThat(root.resolve("old.txt")).hasContent("1".repeat(50_000));
            two.receive(second.substring(40_000).getBytes(ISO_8859_1));
            assertThat(root.resolve("old.txt")).hasContent("2".repeat(60_000));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/old.txt,204",
        "/none,404",
        "/none/none,404",
        "/folder,409",
        "/folder/,409",
        "/,409",
        "/link,409",
        "/.hidden,404",
        "/.well-known/x,403",
        "/./none/../old.txt,204",
        "/outside/x,404"
    })
    void onlyRegularFilesAreDeleted(String target, int status) throws IOException {
        Files.writeString(elsewhere.resolve("x"), "x");

        assertThat(site.ask(Method.DELETE, request("DELETE", target)).status()).isEqualTo(status);
        assertThat(root.resolve("folder")).isDirectory();
        assertThat(elsewhere.resolve("x")).exists();
        assertThat(Files.exists(root.resolve("old.txt"))).isEqualTo(status != 204);
        Files.delete(elsewhere.resolve("x"));
    }

    @Test
    void aFileIsDeletedOnlyIfItsConditionHolds() throws IOException {
        String other = request("DELETE", "/old.txt", "If-Match: \"x\"");
        assertThat(site.ask(Method.DELETE, other).status()).isEqualTo(412);
        String same = request("DELETE", "/old.txt", "If-Match: " + tag());
        assertThat(site.ask(Method.DELETE, same).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Range: bytes 0-2/3,400",
        "Content-Encoding: gzip,415",
        "Expect: the-unexpected,417"
    })
    void whatWouldNotBeTheFileIsRefused(String line, int status) throws IOException {
        assertThat(ask(put("/old.txt", "new", line)).status()).isEqualTo(status);
        assertThat(root.resolve("old.txt")).hasContent("old");
    }

    @Test
    void aBodyOfNoLengthIsAnEmptyFile() throws IOException {
        assertThat(ask(request("PUT", "/old.txt")).status()).isEqualTo(204);
        assertThat(root.resolve("old.txt")).isEmptyFile();
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeItComes() throws IOException {
        ReceivedResponse refused = ask(request("PUT", "/old.txt", "Content-Length: " + (MAX + 1)));

        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.field("Upload-Limit")).startsWith("max-size=" + MAX);
        assertThat(refused.keepAlive()).isFalse();
    }

    @Test
    void whatTurnsOutToBeTooLargeIsRefusedThere() throws IOException {
        try (Rehearsal connection = site.connect()) {
            connection.receive(
                    request("PUT", "/old.txt", "Transfer-Encoding: chunked").getBytes(ISO_8859_1));
            String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
            for (int i = 0; i < 100 && connection.output().length == 0; i++) {
                connection.receive(chunk.getBytes(ISO_8859_1));
            }
            assertThat(Rehearsed.answers(connection, Method.PUT).getFirst().status())
                    .isEqualTo(413);
        }
        assertThat(root.resolve("old.txt")).hasContent("old");
    }

    @Test
    void moreThanTheDiskHoldsIsRefusedBeforeItComes() throws IOException {
        try (Rehearsed unlimited =
                Rehearsed.of(Sluice.builder().root(root).uploads(Uploads.defaults()))) {
            String huge = request("PUT", "/old.txt", "Content-Length: 9000000000000000000");
            assertThat(unlimited.ask(Method.PUT, huge).status()).isEqualTo(507);
        }
    }

    @Test
    void aBadChunkEndsTheConnectionAndLeavesTheOldFile() throws IOException {
        ReceivedResponse refused =
                ask(request("PUT", "/old.txt", "Transfer-Encoding: chunked") + "3\r\nabcX\r\n");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.keepAlive()).isFalse();
        assertThat(root.resolve("old.txt")).hasContent("old");
    }

    @Test
    void aClientThatStallsIsToldSoAndLeavesNothing() throws IOException {
        try (Rehearsal connection = site.connect()) {
            connection.receive(
                    put("/old.txt", "new".repeat(20)).substring(0, 80).getBytes(ISO_8859_1));
            connection.pass(Duration.ofNanos(UploadReceiver.STALL_NANOS).plusMillis(100));

            assertThat(Rehearsed.answers(connection, Method.PUT).getFirst().status())
                    .isEqualTo(408);
            assertThat(connection.hasEnded()).isTrue();
        }
    }

    @Test
    void aClientThatDripsIsEndedLongBeforeItsBodyIsDone() throws IOException {
        try (Rehearsal connection = site.connect()) {
            connection.receive(
                    request("PUT", "/old.txt", "Content-Length: 9999").getBytes(ISO_8859_1));
            int seconds = 0;
            while (!connection.hasEnded() && seconds < 60) {
                connection.receive(new byte[] {'x'});
                connection.pass(Duration.ofSeconds(1));
                seconds++;
            }
            assertThat(seconds).isBetween(30, 32);
        }
    }

    @Test
    void aFileKeepsItsPermissionsWhenItIsReplaced() throws IOException {
        Path old = root.resolve("old.txt");
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwx------"));

        assertThat(ask(put("/old.txt", "new")).status()).isEqualTo(204);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(old)))
                .isEqualTo("rwx------");
    }

    @Test
    void aNewFileHasThePermissionsOfAnyOther() throws IOException {
        Path other = Files.createFile(root.resolve("other"));

        assertThat(ask(put("/new.txt", "new")).status()).isEqualTo(201);
        assertThat(Files.getPosixFilePermissions(root.resolve("new.txt")))
                .isEqualTo(Files.getPosixFilePermissions(other));
    }

    @Test
    void whatHasNotComeWholeIsForNobodyElseToRead() throws IOException {
        try (Rehearsal connection = site.connect()) {
            String all = put("/old.txt", "new".repeat(20), "Upload-Complete: ?1");
            connection.receive(all.substring(0, all.length() - 9).getBytes(ISO_8859_1));
            List<String> names = Uploaded.temporaries(root);
            assertThat(names).hasSize(2);
            for (String name : names) {
                Path file = root.resolve(".sluice-uploads").resolve(name);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
            connection.receive(all.substring(all.length() - 9).getBytes(ISO_8859_1));
        }
        for (String name : Uploaded.temporaries(root)) {
            Files.delete(root.resolve(".sluice-uploads")
                    .resolve(name)); // What tells that it is complete.
        }
    }

    @Test
    void whatCanBeDoneIsSaid() throws IOException {
        ReceivedResponse options = site.ask(Method.OPTIONS, request("OPTIONS", "/old.txt"));

        assertThat(options.field("Allow")).contains("PUT", "DELETE", "GET");
        assertThat(options.field("Accept-Patch")).isEqualTo("application/partial-upload");
        assertThat(options.field("Upload-Limit")).isEqualTo("max-size=100000, max-age=86400");
        assertThat(ask(request("PATCH", "/old.txt")).status()).isEqualTo(405);
        assertThat(ask(request("POST", "/old.txt")).status()).isEqualTo(400);
        assertThat(ask(request("TRACE", "/old.txt")).field("Allow")).contains("PUT");
    }

    @Test
    void whatIsBeingReceivedIsNeitherServedNorListed() throws IOException {
        try (Rehearsed open = Rehearsed.of(withDotfiles());
                Rehearsal connection = open.connect()) {
            connection.receive(
                    put("/new.txt", "new".repeat(20)).substring(0, 80).getBytes(ISO_8859_1));
            String name = Uploaded.temporaries(root).getFirst();

            assertThat(open.get("/").text()).doesNotContain("sluice-upload");
            for (String path : List.of(
                    "/.sluice-uploads/" + name,
                    "/.sluice-uploads/",
                    "/.sluice-uploads",
                    "/%2esluice-uploads/" + name)) {
                assertThat(open.get(path).status()).as(path).isEqualTo(404);
            }
        }
    }
}
