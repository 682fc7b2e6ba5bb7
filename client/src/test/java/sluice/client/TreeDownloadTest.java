package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.Machinery;
import sluice.io.TlsTrust;
import sluice.linux.Linux;
import sluice.linux.PathBytes;
import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.Uploads;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Directories that are fetched from a real server, and sent to it. */
final class TreeDownloadTest {
    private static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1_700_000_000));
    private static final int LARGE = 6_000_001;

    @TempDir
    private Path folder;

    private final Recorder recorder = new Recorder();
    private FileServer server;
    private TearingProxy proxy;
    private Path source;
    private Path target;

    @BeforeEach
    void start() throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        source = Files.createDirectory(root.resolve("photos"));
        byte[] large = new byte[LARGE];
        new Random(1).nextBytes(large);
        Files.write(source.resolve("large.bin"), large);
        Files.createDirectories(source.resolve("sub/empty"));
        Files.writeString(source.resolve("sub/" + "n".repeat(255)), "long");
        Files.writeString(source.resolve("sub/\u00fc"), "utf-8");
        Files.writeString(source.resolve(PathBytes.name("\u00e9".getBytes(ISO_8859_1))), "latin");
        Files.createFile(source.resolve("z"));
        try (Stream<Path> all = Files.walk(source)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.setLastModifiedTime(path, TIME);
            }
        }
        target = Files.createDirectory(folder.resolve("here")).resolve("photos");
        server = Sluice.builder()
                .files(ServedFiles.in(root).withUploads(Uploads.defaults()))
                .port(0)
                .machinery(Machinery.defaults().withLoops(1))
                .build()
                .start();
        proxy = new TearingProxy(server.port());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private TreeDownload.Summary get() throws IOException, InterruptedException {
        return TreeDownload.run(
                proxy.url("/photos/"), target, Transfer.Options.NONE, recorder, recorder);
    }

    /** Every path with its content, and with its time if that counts. */
    private static Map<String, String> tree(Path top, boolean times) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        byte[] prefix = PathBytes.of(top.toAbsolutePath());
        try (Stream<Path> all = Files.walk(top)) {
            for (Path path : all.toList()) {
                byte[] name = PathBytes.of(path.toAbsolutePath());
                String content = Files.isDirectory(path)
                        ? "/"
                        : new String(Files.readAllBytes(path), ISO_8859_1);
                String time = times ? Files.getLastModifiedTime(path) + " " : "";
                tree.put(
                        new String(name, prefix.length, name.length - prefix.length, ISO_8859_1),
                        time + content);
            }
        }
        return tree;
    }

    private void expectTheTree() throws IOException {
        assertThat(tree(target, true)).isEqualTo(tree(source, true));
        try (Stream<Path> here = Files.list(target.resolveSibling("."))) {
            assertThat(here).hasSize(1);
        }
    }

    @Test
    void aDirectoryArrivesWithNamesTimesAndContents() throws Exception {
        TreeDownload.Summary summary = get();

        expectTheTree();
        assertThat(summary.files()).isEqualTo(5);
        assertThat(summary.present()).isZero();
    }

    @Test
    void onLinuxLargeFilesAreSpliced() throws Exception {
        assumeTrue(Linux.available(), "splice(2) is Linux's");
        assertThat(get().spliced()).isGreaterThan(LARGE / 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {300, 1_000, 2_000, 3_000_000, 6_001_000})
    void aBrokenConnectionIsResumedWhereItBroke(long after) throws Exception {
        proxy.tearAnswerAfter(after);
        proxy.tearAnswerAfter(after);

        TreeDownload.Summary summary = get();

        expectTheTree();
        assertThat(summary.octets()).isLessThan(LARGE + 100_000);
    }

    @Test
    void aLaterRunFetchesOnlyWhatIsMissing() throws Exception {
        get();
        Files.delete(target.resolve("sub/\u00fc"));

        TreeDownload.Summary summary = get();

        expectTheTree();
        assertThat(summary.present()).isEqualTo(4);
        assertThat(summary.octets()).isLessThan(LARGE / 2);
    }

    @Test
    void aLaterRunGoesOnInTheMiddleOfAFile() throws Exception {
        for (int i = 0; i <= Retries.MOST; i++) {
            proxy.tearAnswerAfter(i == 0 ? 5_000_000 : 0);
        }
        assertThatThrownBy(this::get).hasMessageContaining("gave up");
        assertThat(recorder.notes).anyMatch(note -> note.contains("again to resume"));

        TreeDownload.Summary summary = get();

        expectTheTree();
        assertThat(summary.octets()).isLessThan(LARGE / 2);
    }

    @Test
    void aPartOfAnotherVersionIsNotUsed() throws Exception {
        for (int i = 0; i <= Retries.MOST; i++) {
            proxy.tearAnswerAfter(i == 0 ? 5_000_000 : 0);
        }
        assertThatThrownBy(this::get).hasMessageContaining("gave up");
        byte[] other = new byte[LARGE];
        Files.write(source.resolve("large.bin"), other);
        Files.setLastModifiedTime(source.resolve("large.bin"), TIME);

        get();

        expectTheTree();
    }

    @Test
    void aDirectoryThatChangesMeanwhileIsFetchedAsItIsThen() throws Exception {
        proxy.tearAnswerAfter(3_000_000);
        recorder.atPause(() -> {
            try {
                Files.writeString(source.resolve("large.bin"), "x", StandardOpenOption.APPEND);
                Files.setLastModifiedTime(source.resolve("large.bin"), TIME);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        get();
        expectTheTree();
    }

    @Test
    void whatIsInTheWayIsNotOverwritten() throws Exception {
        Files.createDirectories(target.resolve("z"));
        assertThatThrownBy(this::get).hasMessageContaining("z exists and is not a regular file");
        Files.delete(target.resolve("z"));
        Path outside = Files.createDirectory(folder.resolve("outside"));
        try (Stream<Path> all = Files.walk(target.resolve("sub"))) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        Files.createSymbolicLink(target.resolve("sub"), outside);
        assertThatThrownBy(this::get).hasMessageContaining("sub exists and is no directory");
        assertThat(outside).isEmptyDirectory();
        Files.delete(target.resolve("sub"));
    }

    @Test
    void aDirectoryThatIsNotThereIsSaidToBeMissing() {
        assertThatThrownBy(() -> TreeDownload.run(
                        proxy.url("/none/"), target, Transfer.Options.NONE, recorder, recorder))
                .hasMessageContaining("does not exist on the server");
        assertThat(target).doesNotExist();
    }

    /** A ustar head with a checksum that is right. */
    private static byte[] head(String name, char type, int size) {
        byte[] head = new byte[512];
        byte[] octets = name.getBytes(ISO_8859_1);
        System.arraycopy(octets, 0, head, 0, octets.length);
        byte[] number = "%011o".formatted(size).getBytes(ISO_8859_1);
        System.arraycopy(number, 0, head, 124, number.length);
        head[156] = (byte) type;
        System.arraycopy("ustar".getBytes(ISO_8859_1), 0, head, 257, 5);
        Arrays.fill(head, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte octet : head) {
            sum += octet & 0xFF;
        }
        byte[] digits = "%06o\0".formatted(sum).getBytes(ISO_8859_1);
        System.arraycopy(digits, 0, head, 148, digits.length);
        return head;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p/../../evil",
                "/etc/evil",
                "p//evil",
                "p/./evil",
                "p/..",
                "p/../",
                "evil",
                "p/link:2",
                "p/hard:1",
                "p/device:3"
            })
    void aTarThatLeadsOutsideIsRefused(String entry) throws Exception {
        int colon = entry.indexOf(':');
        String name = colon < 0 ? entry : entry.substring(0, colon);
        byte[] head = head(name, colon < 0 ? '0' : entry.charAt(colon + 1), 0);
        try (TinyServer evil = TinyServer.of((_, _, out) -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: "
                            + (head.length + 1_024) + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            out.write(head);
            out.write(new byte[1_024]);
        })) {
            assertThatThrownBy(() -> TreeDownload.run(
                            evil.url("/p/"), target, Transfer.Options.NONE, recorder, recorder))
                    .hasMessageContaining("the server sent a tar");
        }
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all).noneMatch(path -> path.getFileName().toString().equals("evil"));
        }
    }

    @Test
    void aServerThatMakesNoTarIsNamed() throws Exception {
        try (TinyServer other = TinyServer.of(TinyServer.saying(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi"))) {
            assertThatThrownBy(() -> TreeDownload.run(
                            other.url("/p/"), target, Transfer.Options.NONE, recorder, recorder))
                    .hasMessageContaining("sends no tar")
                    .hasMessageContaining("text/html");
        }
    }

    private TreeUpload.Summary put() throws IOException, InterruptedException {
        return TreeUpload.run(
                source, proxy.url("/copy/"), Transfer.Options.NONE, recorder, recorder, null);
    }

    @Test
    void aDirectoryIsSentWithAllBelowIt() throws Exception {
        TreeUpload.Summary summary = put();

        assertThat(tree(source.resolveSibling("copy"), false)).isEqualTo(tree(source, false));
        assertThat(summary.files()).isEqualTo(5);
        assertThat(summary.present()).isZero();
    }

    @Test
    void aSecondRunSendsWhatChanged() throws Exception {
        put();
        Files.writeString(source.resolve("z"), "longer");

        TreeUpload.Summary summary = put();

        assertThat(tree(source.resolveSibling("copy"), false)).isEqualTo(tree(source, false));
        assertThat(summary.present()).isEqualTo(4);
        assertThat(summary.octets()).isEqualTo(6);
    }

    @Test
    void anUploadThatBreaksGoesOn() throws Exception {
        proxy.tearRequestAfter(100);
        put();
        assertThat(tree(source.resolveSibling("copy"), false)).isEqualTo(tree(source, false));
    }

    @Test
    void linksAndHiddenNamesStayBehind() throws Exception {
        Files.writeString(source.resolve(".hidden"), "secret");
        Files.createSymbolicLink(source.resolve("link"), Path.of("z"));

        assertThat(put().left()).isEqualTo(2);
        assertThat(source.resolveSibling("copy").resolve(".hidden")).doesNotExist();
        assertThat(source.resolveSibling("copy").resolve("link")).doesNotExist();
    }

    /** What a server keeps to resume an upload costs it more than a small file. */
    @Test
    void onlyLargeFilesAskTheServerToKeepWhatItHas() throws Exception {
        Path two = Files.createDirectory(folder.resolve("two"));
        Files.writeString(two.resolve("1-small"), "s".repeat(64 << 10));
        Files.writeString(two.resolve("2-large"), "l".repeat((64 << 10) + 1));
        TinyServer.Reply created =
                TinyServer.saying("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        try (TinyServer server = TinyServer.of(created, created, created)) {
            TreeUpload.run(
                    two, server.url("/two/"), Transfer.Options.NONE, recorder, recorder, null);
            assertThat(server.heads)
                    .satisfiesExactly(
                            head -> assertThat(head).startsWith("MKCOL /two/ "),
                            head -> assertThat(head)
                                    .startsWith("PUT /two/1-small ")
                                    .doesNotContain("Upload-"),
                            head -> assertThat(head)
                                    .startsWith("PUT /two/2-large ")
                                    .contains("Upload-Complete: ?1"));
        }
    }

    /** Waiting makes a run longer than this, and nothing makes it shorter. */
    @Test
    void aRateHoldsForDirectoriesInBothDirections() throws Exception {
        var slow = new Transfer.Options(List.of(), 12_000_000, TlsTrust.SYSTEM);
        long begun = System.nanoTime();
        TreeDownload.run(proxy.url("/photos/"), target, slow, recorder, recorder);
        long received = System.nanoTime();
        TreeUpload.run(source, proxy.url("/copy/"), slow, recorder, recorder, null);
        long sent = System.nanoTime();

        assertThat(received - begun).isGreaterThan(LARGE * 1_000L / 12);
        assertThat(sent - received).isGreaterThan(LARGE * 1_000L / 12);
        expectTheTree();
    }
}
