package sluice.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.http.ResponseHeadParser;
import sluice.io.Counter;
import sluice.linux.PathBytes;
import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.testing.Await;
import sluice.server.testing.Descriptors;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A directory as one tar. */
final class ArchiveTest {
    private static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1_700_000_000));
    private static final int BLOCK = 512;

    @TempDir
    private Path root;

    @TempDir
    private Path elsewhere;

    private Path photos;

    @BeforeEach
    void plant() throws IOException {
        photos = Files.createDirectory(root.resolve("photos"));
        Files.write(photos.resolve("large.bin"), Tree.LARGE);
        Files.write(photos.resolve("medium.bin"), Tree.MEDIUM);
        Files.writeString(photos.resolve("small.txt"), "small");
        Files.writeString(photos.resolve("block.txt"), "b".repeat(BLOCK));
        Files.createFile(photos.resolve("nothing"));
        Files.createDirectories(photos.resolve("empty"));
        Path deep = Files.createDirectories(photos.resolve("a/b/" + "c".repeat(150)));
        for (int length : List.of(100, 101, 155, 156, 255)) {
            Files.writeString(photos.resolve("n".repeat(length)), "" + length);
            Files.writeString(deep.resolve("d".repeat(length)), "" + length);
        }
        Files.writeString(photos.resolve("Grüße €.txt"), "utf-8");
        Files.createDirectory(photos.resolve("Ordner ü"));
        Files.writeString(photos.resolve("line\nbreak"), "\n");
        Files.writeString(photos.resolve(PathBytes.name(latin("caf\u00e9"))), "latin");
        Files.writeString(
                photos.resolve(PathBytes.name(latin("\u00e9".repeat(200)))), "long and latin");
        try (Stream<Path> all = Files.walk(photos)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.setLastModifiedTime(path, TIME);
            }
        }
    }

    private static byte[] latin(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private FileServer start() throws IOException {
        return Setup.PLAIN.start(Setup.PLAIN.serving(root));
    }

    /** Every path below a directory, with its time and its content. */
    private static Map<String, String> tree(Path top) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> all = Files.walk(top)) {
            for (Path path : all.toList()) {
                String content = Files.isDirectory(path)
                        ? "/"
                        : new String(Files.readAllBytes(path), ISO_8859_1);
                String name = Files.isSameFile(path, top)
                        ? ""
                        : new String(
                                PathBytes.of(path.toAbsolutePath()),
                                PathBytes.of(top.toAbsolutePath()).length,
                                PathBytes.of(path.toAbsolutePath()).length
                                        - PathBytes.of(top.toAbsolutePath()).length,
                                ISO_8859_1);
                long time = Files.getLastModifiedTime(path).toMillis() / 1_000;
                tree.put(name, time + " " + content);
            }
        }
        return tree;
    }

    /** Unpacks by another program; its output, empty if it had nothing to say. */
    private String unpack(byte[] tar, String... command) throws Exception {
        Path file = Files.write(elsewhere.resolve("it.tar"), tar);
        Path into = Files.createDirectory(elsewhere.resolve("out"));
        Process process = new ProcessBuilder(command)
                .directory(into.toFile())
                .redirectErrorStream(true)
                .redirectInput(file.toFile())
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static void need(String program) {
        assumeTrue(
                Stream.of("/usr/bin/", "/bin/", "/usr/local/bin/")
                        .anyMatch(where -> Files.isExecutable(Path.of(where + program))),
                program + " is not installed");
    }

    @ParameterizedTest
    @MethodSource({"sluice.server.testing.Setup#cells", "sluice.server.testing.Setup#layeredCells"})
    void gnuTarUnpacksTheSameTreeOfEveryModelAndCopyPath(Setup setup) throws Exception {
        need("tar");
        try (FileServer server = setup.start(setup.serving(root))) {
            ReceivedResponse response = RawClient.get(server, "/photos/?tar");

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.contentLength()).isEqualTo(response.body().length);
            String said = unpack(response.body(), "tar", "-x", "-p");
            assertThat(said.lines().filter(line -> !line.contains("hdrcharset")))
                    .isEmpty();
            assertThat(tree(elsewhere.resolve("out/photos"))).isEqualTo(tree(photos));
        }
    }

    @Test
    void pythonUnpacksTheSameTree() throws Exception {
        need("python3");
        try (FileServer server = start()) {
            unpack(
                    RawClient.get(server, "/photos/?tar").body(),
                    "/usr/bin/env",
                    "PYTHONUTF8=1",
                    "python3",
                    "-c",
                    "import sys, tarfile\n"
                            + "tarfile.open(fileobj=sys.stdin.buffer, mode='r|').extractall()");
            assertThat(tree(elsewhere.resolve("out/photos"))).isEqualTo(tree(photos));
        }
    }

    @Test
    void everyRangeIsASliceOfTheWhole() throws IOException {
        try (FileServer server = start();
                RawClient client = RawClient.of(server)) {
            ReceivedResponse whole = client.get("/photos/?tar");
            byte[] all = whole.body();
            assertThat(all.length % BLOCK).isZero();
            int step = all.length / BLOCK / 300 * BLOCK;
            for (int edge = 0; edge <= all.length; edge += edge < 60 * BLOCK ? BLOCK : step) {
                for (int from = Math.max(0, edge - 1);
                        from <= Math.min(all.length - 1, edge + 1);
                        from++) {
                    int to = Math.min(all.length, from + 700);
                    ReceivedResponse part = client.get(
                            "/photos/?tar",
                            "Range: bytes=" + from + "-" + (to - 1),
                            "If-Range: " + whole.field("ETag"));
                    assertThat(part.status()).isEqualTo(206);
                    assertThat(part.field("Content-Range"))
                            .isEqualTo("bytes " + from + "-" + (to - 1) + "/" + all.length);
                    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(all, from, to));
                }
            }
            int middle = all.length / 3;
            byte[] rest =
                    client.get("/photos/?tar", "Range: bytes=" + middle + "-").body();
            assertThat(rest).isEqualTo(Arrays.copyOfRange(all, middle, all.length));
            assertThat(client.get("/photos/?tar", "Range: bytes=" + all.length + "-")
                            .status())
                    .isEqualTo(416);
        }
    }

    @Test
    void theHeadSaysWhatComes() throws IOException {
        try (FileServer server = start();
                RawClient client = RawClient.of(server)) {
            ReceivedResponse got = client.get("/photos/?tar");
            ReceivedResponse head = client.send(request("HEAD", "/photos/?tar")).read(Method.HEAD);

            assertThat(head.status()).isEqualTo(200);
            for (String field : List.of("Content-Length", "ETag", "Content-Type")) {
                assertThat(head.field(field)).isEqualTo(got.field(field));
            }
            assertThat(got.field("Content-Type")).isEqualTo("application/x-tar");
            assertThat(got.field("Accept-Ranges")).isEqualTo("bytes");
            assertThat(got.field("ETag")).startsWith("\"");
            assertThat(got.field("Content-Disposition"))
                    .isEqualTo("attachment; filename=\"photos.tar\"");
            assertThat(client.get("/photos/Ordner%20%C3%BC/?tar").field("Content-Disposition"))
                    .isEqualTo("attachment; filename=\"Ordner __.tar\";"
                            + " filename*=UTF-8''Ordner%20%C3%BC.tar");
            assertThat(client.get("/?tar").field("Content-Disposition"))
                    .isEqualTo("attachment; filename=\"files.tar\"");
            assertThat(client.get("/photos?tar").field("Location")).isEqualTo("/photos/?tar");
        }
    }

    @Test
    void conditionsHoldForTheWholeTree() throws IOException {
        try (FileServer server = start();
                RawClient client = RawClient.of(server)) {
            String tag = client.get("/photos/?tar").field("ETag");
            assertThat(client.get("/photos/?tar", "If-None-Match: " + tag).status())
                    .isEqualTo(304);
            assertThat(client.get("/photos/?tar", "If-Match: \"x\"").status()).isEqualTo(412);

            Files.writeString(photos.resolve("a/b/new.txt"), "new");
            ReceivedResponse changed = client.get("/photos/?tar", "If-None-Match: " + tag);
            assertThat(changed.status()).isEqualTo(200);
            assertThat(changed.field("ETag")).isNotEqualTo(tag);
            assertThat(client.get("/photos/?tar", "Range: bytes=0-9", "If-Range: \"x\"")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aClientThatComesBackGetsTheRestOfWhatItBegan() throws IOException {
        try (FileServer server = start();
                RawClient client = RawClient.of(server)) {
            ReceivedResponse whole = client.get("/photos/?tar");
            byte[] all = whole.body();
            Files.writeString(photos.resolve("zz"), "a name that came later");

            ReceivedResponse rest = client.get(
                    "/photos/?tar", "Range: bytes=1000-", "If-Range: " + whole.field("ETag"));
            assertThat(rest.status()).isEqualTo(206);
            assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(all, 1000, all.length));
        }
    }

    /** What a change during the transfer makes of a tar: torn, and another version afterwards. */
    @ParameterizedTest
    @ValueSource(strings = {"replaced", "grown", "cut", "removed", "written"})
    void aFileThatChangesBeforeItsTurnTearsTheTar(String how) throws Exception {
        Path first = photos.resolve("a/0-first.bin");
        try (RandomAccessFile sparse = new RandomAccessFile(first.toFile(), "rw")) {
            sparse.setLength(64 << 20);
        }
        Path last = photos.resolve("medium.bin");
        try (FileServer server = start();
                RawClient client = RawClient.slow(server)) {
            client.send(request("GET", "/photos/?tar"));
            ResponseHeadParser head = client.reader().readHead();
            client.reader().readBody(100_000);
            String tag = ReceivedResponse.of(head, new byte[0]).field("ETag");
            switch (how) {
                case "replaced" -> {
                    Path other = Files.write(root.resolve("other"), Tree.MEDIUM);
                    Files.move(other, last, StandardCopyOption.REPLACE_EXISTING);
                }
                case "removed" -> Files.delete(last);
                default -> {
                    try (RandomAccessFile open = new RandomAccessFile(last.toFile(), "rw")) {
                        open.setLength(Tree.MEDIUM.length
                                + switch (how) {
                                    case "grown" -> 1;
                                    case "cut" -> -1;
                                    default -> 0;
                                });
                        open.write('x');
                    }
                }
            }
            int left = (int) head.contentLength() - 100_000;
            assertThat(client.reader().readBodyOrTorn(left)).isNull();
            Await.equal("tars torn", () -> server.count(Counter.FILE_CHANGED), 1);
            ReceivedResponse again = RawClient.get(
                    server, "/photos/?tar", "Range: bytes=100000-100001", "If-Range: " + tag);
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.field("ETag")).isNotEqualTo(tag);
        }
    }

    @Test
    void thePathLineTellsWhatTheKernelWillMove() throws IOException {
        ServedFiles explained = ServedFiles.in(root).withExplain(true);
        try (FileServer server = Setup.PLAIN.start(Setup.PLAIN.serving(root).files(explained))) {
            ReceivedResponse response = RawClient.get(server, "/photos/?tar");
            long kernel = (long) Tree.LARGE.length + Tree.MEDIUM.length;
            assertThat(response.field("Sluice-Path"))
                    .contains("kernel=" + kernel)
                    .endsWith("user=" + (response.contentLength() - kernel));
        }
    }

    @Test
    void noFileStaysOpen() throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc/self/fd");
        try (FileServer server = start()) {
            try (RawClient client = RawClient.slow(server)) {
                client.send(request("GET", "/photos/?tar"));
                client.reader().readHead();
            }
            Await.equal("connections", () -> server.connections(), 0);
        }
        assertThat(Descriptors.below(root)).isZero();
    }
}
