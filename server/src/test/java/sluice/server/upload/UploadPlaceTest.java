package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.Method;
import sluice.server.FileServer;
import sluice.server.Uploads;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where the octets of unfinished uploads lie. */
final class UploadPlaceTest {
    private static final String PLACE = ".sluice-uploads";

    @TempDir
    private Path root;

    private FileServer serve() throws IOException {
        return Setup.PLAIN.serving(root).uploads(Uploads.defaults()).build().start();
    }

    /** Begins a resumable upload; returns its reference. */
    private static String begin(FileServer server, String target) throws IOException {
        try (RawClient client = RawClient.of(server)) {
            String[] lines = {"Upload-Complete: ?0", "Content-Length: 3"};
            ReceivedResponse created =
                    client.send(request("PUT", target, lines) + "abc").read();
            assertThat(created.status()).isEqualTo(201);
            return created.field("Location");
        }
    }

    private static int finish(FileServer server, String reference) throws IOException {
        try (RawClient client = RawClient.of(server)) {
            client.send(request(
                            "PATCH",
                            reference,
                            "Content-Type: application/partial-upload",
                            "Upload-Offset: 3",
                            "Upload-Complete: ?1",
                            "Content-Length: 3")
                    + "def");
            return client.read().status();
        }
    }

    private static int head(FileServer server, String reference) throws IOException {
        try (RawClient client = RawClient.of(server)) {
            return client.send(request("HEAD", reference)).read(Method.HEAD).status();
        }
    }

    private static int put(FileServer server, String target) throws IOException {
        try (RawClient client = RawClient.of(server)) {
            return client.send(request("PUT", target, "Content-Length: 3") + "abc")
                    .read()
                    .status();
        }
    }

    @Test
    void itIsOneHiddenDirectoryOfTheRootWhateverTheTarget() throws IOException {
        Path deep = Files.createDirectories(root.resolve("a/b"));
        try (FileServer server = serve()) {
            assertThat(root.resolve(PLACE)).doesNotExist();
            String reference = begin(server, "/a/b/file");
            assertThat(reference).startsWith("/" + PLACE + "/");
            assertThat(deep).isEmptyDirectory();
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(root.resolve(PLACE))))
                    .isEqualTo("rwx------");
            assertThat(finish(server, reference)).isEqualTo(201);
            assertThat(head(server, reference)).isEqualTo(204);
        }
        assertThat(deep.resolve("file")).hasContent("abcdef");
        assertThat(deep).isDirectoryNotContaining("glob:**/.sluice*");
    }

    @Test
    void othersLoseTheirRightsToADirectoryThatWasThereAlready() throws IOException {
        Path place = Files.createDirectory(root.resolve(PLACE));
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (FileServer server = serve()) {
            assertThat(put(server, "/file")).isEqualTo(201);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
                .isEqualTo("rwx------");
    }

    @Test
    void aDirectoryThatIsDeletedMeanwhileIsMadeAgain() throws IOException {
        try (FileServer server = serve()) {
            assertThat(put(server, "/one")).isEqualTo(201);
            Files.delete(root.resolve(PLACE));
            assertThat(put(server, "/two")).isEqualTo(201);
        }
    }

    /** A file or a link has its name, or the server may not write to the root. */
    @Test
    void whereItCannotBeMadeUploadsLieBesideTheirTargetsAndLeaveNothing() throws IOException {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Path target = Files.createDirectory(root.resolve("target"));
        Files.createSymbolicLink(root.resolve(PLACE), Path.of("elsewhere"));
        try (FileServer server = serve()) {
            assertThat(put(server, "/target/plain")).isEqualTo(201);
            String reference = begin(server, "/target/file");
            assertThat(reference).startsWith("/target/.sluice-upload-");
            assertThat(finish(server, reference)).isEqualTo(201);
            assertThat(head(server, reference)).isEqualTo(404);
        }
        assertThat(target.resolve("file")).hasContent("abcdef");
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(Uploaded.temporaries(target)).isEmpty();
    }

    /** The layout of earlier versions, and of what could not be renamed from the directory. */
    @Test
    void uploadsThatLieBesideTheirTargetsGoOnAfterARestart() throws Exception {
        Path target = Files.createDirectory(root.resolve("target"));
        Path blocks = Files.createFile(root.resolve(PLACE));
        String reference;
        try (FileServer server = serve()) {
            reference = begin(server, "/target/file");
        }
        Files.delete(blocks);
        Path dead = Files.createFile(target.resolve(".sluice-upload-" + "0".repeat(32)));
        try (FileServer server = serve()) {
            Await.until("what is dead is gone", () -> !Files.exists(dead));
            assertThat(finish(server, reference)).isEqualTo(201);
        }
        assertThat(target.resolve("file")).hasContent("abcdef");
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    @Test
    void aTargetOnAnotherFileSystemHasItsUploadsBesideIt() throws Exception {
        Path mount = Files.createDirectory(root.resolve("mount"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()) == 0,
                "nothing can be mounted here");
        try (FileServer server = serve()) {
            String reference = begin(server, "/mount/file");
            assertThat(reference).startsWith("/mount/.sluice-upload-");
            assertThat(finish(server, reference)).isEqualTo(201);
            assertThat(put(server, "/mount/file")).isEqualTo(204);
            assertThat(Uploaded.temporaries(mount)).isEmpty();
        } finally {
            assertThat(run("umount", mount.toString())).isZero();
        }
    }

    /** rename(2) does not cross mounts, even of one file system. */
    @Test
    void soHasATargetBehindABindMount() throws Exception {
        Path real = Files.createDirectory(root.resolve("real"));
        Path mount = Files.createDirectory(root.resolve("mount"));
        assumeTrue(
                run("mount", "--bind", real.toString(), mount.toString()) == 0,
                "nothing can be mounted here");
        try (FileServer server = serve()) {
            assertThat(put(server, "/mount/file")).isEqualTo(201);
            assertThat(begin(server, "/mount/file")).startsWith("/mount/.sluice-upload-");
            assertThat(begin(server, "/real/file")).startsWith("/" + PLACE);
        } finally {
            assertThat(run("umount", mount.toString())).isZero();
        }
    }

    @Test
    void aFileHasTheGroupOfADirectoryThatGivesItsGroup() throws Exception {
        Path shared = Files.createDirectory(root.resolve("shared"));
        Path plain = Files.createDirectory(root.resolve("plain"));
        assumeTrue(
                run("chgrp", "54321", shared.toString()) == 0
                        && run("chmod", "2775", shared.toString()) == 0,
                "this user has no second group");
        try (FileServer server = serve()) {
            assertThat(put(server, "/shared/file")).isEqualTo(201);
            assertThat(put(server, "/plain/file")).isEqualTo(201);
        }
        assertThat(Files.getAttribute(shared.resolve("file"), "unix:gid")).isEqualTo(54_321);
        assertThat(Files.getAttribute(plain.resolve("file"), "unix:gid"))
                .isEqualTo(Files.getAttribute(root.resolve(PLACE), "unix:gid"));
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
