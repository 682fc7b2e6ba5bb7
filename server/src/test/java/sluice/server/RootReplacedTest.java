package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.io.testing.Rehearsal;
import sluice.linux.Linux;
import sluice.server.testing.Await;
import sluice.server.testing.Descriptors;
import sluice.server.testing.LogWatch;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;
import sluice.server.upload.Uploaded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/** The name of the root leads to another directory after the start, or to none. */
final class RootReplacedTest {
    private static final String LARGE = "large";
    private static final int MORE_THAN_SOCKETS_TAKE = 12 << 20;

    private Path folder;
    private Path root;

    @BeforeEach
    void plant(@TempDir Path temporary) throws IOException {
        folder = temporary;
        root = folder.resolve("current");
        release("one");
        release("two");
        Files.createSymbolicLink(root, Path.of("one"));
    }

    @AfterEach
    void deleteLink() throws IOException {
        Files.deleteIfExists(root);
    }

    /** With a file that is kept in memory, one that is kept open, and a name of its own. */
    private void release(String name) throws IOException {
        Path directory = Files.createDirectories(folder.resolve(name));
        Files.writeString(directory.resolve("small"), name);
        Files.writeString(directory.resolve(LARGE), name.repeat(ServedFiles.MEMORY_UP_TO));
        Files.createDirectory(directory.resolve("of-" + name));
    }

    private void flip(String name) throws IOException {
        Path next = Files.createSymbolicLink(folder.resolve("next"), Path.of(name));
        Files.move(next, root, ATOMIC_MOVE, REPLACE_EXISTING);
    }

    private Sluice.Builder always(Setup setup) {
        return setup.serving(root).files(ServedFiles.in(root).withFresh(Duration.ZERO));
    }

    private static void expect(FileServer server, String release) throws IOException {
        try (RawClient client = RawClient.of(server)) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.get("/small").text()).isEqualTo(release);
                assertThat(client.get("/" + LARGE).text()).startsWith(release);
                assertThat(client.get("/").text()).contains("of-" + release);
                assertThat(client.get("/nothing").status()).isEqualTo(404);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#models")
    void aRequestGetsTheReleaseThatTheNameLeadsToNow(Setup setup) throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count descriptors in");
        try (FileServer server = setup.start(always(setup))) {
            expect(server, "one");
            flip("two");
            expect(server, "two");
            Await.equal(
                    "descriptors below the old release",
                    () -> Descriptors.below(folder.resolve("one")),
                    0);
            flip("one");
            expect(server, "one");
        }
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#models")
    void aDirectoryThatIsRemovedAndMadeAgainIsServed(Setup setup) throws Exception {
        Path dist = folder.resolve("dist");
        release("dist");
        ServedFiles files = ServedFiles.in(dist).withFresh(Duration.ZERO);
        try (LogWatch log = new LogWatch();
                FileServer server = setup.start(setup.serving(dist).files(files))) {
            expect(server, "dist");
            delete(dist);
            try (RawClient client = RawClient.of(server)) {
                for (String target : new String[] {"/small", "/" + LARGE, "/", "/nothing"}) {
                    ReceivedResponse answer = client.get(target);
                    assertThat(answer.status()).as(target).isEqualTo(503);
                    assertThat(answer.field("Retry-After")).isEqualTo("1");
                }
            }
            assertThat(log.lines()).filteredOn(line -> line.contains("is gone")).hasSize(1);
            release("dist");
            expect(server, "dist");
            assertThat(log.lines()).filteredOn(line -> line.contains("again")).hasSize(2);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void byDefaultItTakesASecond() throws Exception {
        try (FileServer server = Setup.PLAIN.serving(root).build().start()) {
            expect(server, "one");
            flip("two");
            Await.until(
                    "the second release",
                    () -> RawClient.get(server, "/small").text().equals("two"));
            expect(server, "two");
        }
    }

    @Test
    void aNameThatIsBelievedIsNotLookedAt() throws Exception {
        ServedFiles files = ServedFiles.in(root).withFresh(Duration.ofHours(1));
        try (FileServer server = Setup.PLAIN.serving(root).files(files).build().start()) {
            expect(server, "one");
            flip("two");
            expect(server, "one");
        }
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#models")
    void aFileThatIsReplacedIsSeenByTheNextRequestIfNoNameIsBelieved(Setup setup) throws Exception {
        try (FileServer server = setup.start(always(setup))) {
            for (String name : new String[] {"small", LARGE}) {
                for (int i = 0; i < 3; i++) {
                    String content = (i + "").repeat(name.equals(LARGE) ? 100_000 : 1);
                    Path next = Files.writeString(folder.resolve("next"), content);
                    Files.move(next, root.resolve(name), ATOMIC_MOVE, REPLACE_EXISTING);
                    assertThat(RawClient.get(server, "/" + name).text()).isEqualTo(content);
                    Files.writeString(root.resolve(name), "in place" + i);
                    assertThat(RawClient.get(server, "/" + name).text()).isEqualTo("in place" + i);
                }
            }
        }
    }

    @Test
    void aDownloadEndsWithTheReleaseItBeganWith() throws Exception {
        byte[] content = Tree.random(MORE_THAN_SOCKETS_TAKE);
        Files.write(root.resolve(LARGE), content);
        try (FileServer server = always(Setup.PLAIN).build().start();
                RawClient slow = RawClient.slow(server)) {
            slow.send(request("GET", "/" + LARGE));
            slow.reader().readHead();
            flip("two");
            expect(server, "two");
            assertThat(slow.reader().readBody(content.length)).isEqualTo(content);
        }
    }

    /** Who reads what was stored would not find it, so the client must not hear that it was. */
    @ParameterizedTest
    @ValueSource(strings = {"flip", "remove", "folder"})
    void anUploadIntoADirectoryThatIsNoLongerThereIsRefused(String change) throws Exception {
        assumeTrue(Linux.available(), Linux::unavailableReason);
        ServedFiles files =
                ServedFiles.in(root).withFresh(Duration.ZERO).withUploads(Uploads.defaults());
        Files.createDirectory(folder.resolve("two/of-one"));
        try (Rehearsed site = Rehearsed.of(Sluice.builder().files(files));
                Rehearsal connection = site.connect()) {
            connection.receive(octets(request("PUT", "/of-one/new", "Content-Length: 3")));
            assertThat(Uploaded.temporaries(folder)).isNotEmpty();
            switch (change) {
                case "flip" -> flip("two");
                case "remove" -> Files.delete(root);
                default -> {
                    Files.move(folder.resolve("one/of-one"), folder.resolve("one/aside"));
                    Files.createDirectory(folder.resolve("one/of-one"));
                }
            }
            connection.receive(octets("new"));
            assertThat(Rehearsed.answers(connection, Method.PUT).getLast().status())
                    .isEqualTo(409);
        }
        assertThat(Uploaded.temporaries(folder)).isEmpty();
        try (var paths = Files.walk(folder)) {
            assertThat(paths).noneMatch(path -> path.endsWith("new"));
        }
    }

    @Test
    void anUploadGoesWhereTheNameLeadsNow() throws Exception {
        assumeTrue(Linux.available(), Linux::unavailableReason);
        ServedFiles files =
                ServedFiles.in(root).withFresh(Duration.ZERO).withUploads(Uploads.defaults());
        try (Rehearsed site = Rehearsed.of(Sluice.builder().files(files))) {
            flip("two");
            String put = request("PUT", "/new", "Content-Length: 3") + "new";
            assertThat(site.ask(Method.PUT, put).status()).isEqualTo(201);
            assertThat(folder.resolve("two/new")).hasContent("new");
            Files.delete(root);
            assertThat(site.ask(Method.PUT, put).status()).isEqualTo(503);
        }
    }

    /** Begins a resumable upload; returns its reference. */
    private static String begin(Rehearsed site) throws IOException {
        String[] lines = {"Upload-Complete: ?0", "Content-Length: 3"};
        return site.ask(Method.PUT, request("PUT", "/new", lines) + "abc").field("Location");
    }

    /** A rename from the old root to the new one fails, but not one within the new root. */
    @Test
    void aRootOnAnotherFileSystemHasItsOwnPlaceForUnfinishedUploads() throws Exception {
        assumeTrue(Linux.available(), Linux::unavailableReason);
        Path mount = folder.resolve("two");
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()) == 0,
                "nothing can be mounted here");
        ServedFiles files =
                ServedFiles.in(root).withFresh(Duration.ZERO).withUploads(Uploads.defaults());
        try (Rehearsed site = Rehearsed.of(Sluice.builder().files(files));
                Rehearsal connection = site.connect()) {
            connection.receive(octets(request(
                    "PATCH",
                    begin(site),
                    "Content-Type: application/partial-upload",
                    "Upload-Offset: 3",
                    "Upload-Complete: ?1",
                    "Content-Length: 3")));
            flip("two");
            connection.receive(octets("def"));
            assertThat(Rehearsed.answers(connection, Method.PATCH).getLast().status())
                    .isEqualTo(503);
            assertThat(begin(site)).startsWith("/.sluice-uploads/");
        } finally {
            assertThat(run("umount", mount.toString())).isZero();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
