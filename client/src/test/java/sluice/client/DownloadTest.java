package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Machinery;
import sluice.linux.Linux;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Downloads from a real server, with a proxy between that tears connections. */
final class DownloadTest {
    private static final byte[] LARGE = random(3_000_001, 1);
    private static final byte[] OTHER = random(2_000_003, 2);

    @TempDir
    private Path folder;

    private final Recorder recorder = new Recorder();
    private FileServer server;
    private TearingProxy proxy;
    private Path source;
    private Path target;

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void start() throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        source = Files.write(root.resolve("large.bin"), LARGE);
        Files.setLastModifiedTime(source, FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
        target = Files.createDirectory(folder.resolve("here")).resolve("large.bin");
        server = Sluice.builder()
                .root(root)
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

    private Download.Summary get(HttpUrl url) throws IOException, InterruptedException {
        return download(url).run();
    }

    private Download download(HttpUrl url) {
        return new Download(url, target, recorder, recorder);
    }

    private Download.Summary get() throws IOException, InterruptedException {
        return get(proxy.url("/large.bin"));
    }

    private List<String> here() throws IOException {
        try (Stream<Path> files = Files.list(target.getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFileArrivesWholeWithItsTimeAndLeavesNothingBesideIt() throws Exception {
        Download.Summary summary = get();
        assertThat(Files.readAllBytes(target)).isEqualTo(LARGE);
        assertThat(Files.getLastModifiedTime(target).toInstant())
                .isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        assertThat(here()).containsExactly("large.bin");
        assertThat(summary.octets()).isEqualTo(LARGE.length);
        assertThat(recorder.notes).isEmpty();
    }

    @Test
    void onLinuxAllButTheFirstOctetsAreSplicedFromTheSocketToTheFile() throws Exception {
        assumeTrue(Linux.available(), "splice(2) is Linux's");
        // What comes with the head has been received already.
        assertThat(get().spliced()).isGreaterThan(LARGE.length - 64 << 10);
    }

    @Test
    void anEmptyFileAndASmallOneArriveToo() throws Exception {
        Files.createFile(source.resolveSibling("empty"));
        Files.writeString(source.resolveSibling("small"), "small");
        get(proxy.url("/empty"));
        assertThat(target).isEmptyFile();
        get(proxy.url("/small"));
        assertThat(target).hasContent("small");
    }

    @Test
    void theServersDigestIsComparedAtTheFirstTime() throws Exception {
        assertThat(get().verified()).isTrue();
        assertThat(recorder.begins.getLast()).isEqualTo("verifying 0/" + LARGE.length);
        assertThat(download(proxy.url("/large.bin")).demandDigest().run().verified())
                .isTrue();
    }

    @Test
    void afterABrokenConnectionTheRestIsAskedFor() throws Exception {
        proxy.tearAnswerAfter(1_000_000);
        proxy.tearAnswerAfter(500_000);
        get();
        assertThat(Files.readAllBytes(target)).isEqualTo(LARGE);
        assertThat(recorder.pauses).hasSize(2);
        assertThat(recorder.begins.getFirst()).isEqualTo("receiving 0/" + LARGE.length);
        assertThat(recorder.begins.stream().filter(what -> what.startsWith("receiving 0/")))
                .hasSize(1);
        assertThat(here()).containsExactly("large.bin");
    }

    @Test
    void whatARunHadToGiveUpTheNextOneGoesOnWith() throws Exception {
        proxy.tearAnswerAfter(1_000_000);
        for (int i = 0; i < Retries.MOST; i++) {
            proxy.tearAnswerAfter(0);
        }
        assertThatThrownBy(this::get)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gave up");
        assertThat(target).doesNotExist();
        assertThat(here())
                .containsExactly(".large.bin.sluice-part", ".large.bin.sluice-part.state");
        assertThat(recorder.notes.getLast()).contains("run the same command again to resume");

        Download.Summary summary = get();
        assertThat(summary.resumedAt()).isBetween(900_000L, 1_000_000L);
        assertThat(Files.readAllBytes(target)).isEqualTo(LARGE);
        assertThat(here()).containsExactly("large.bin");
    }

    @Test
    void whatCannotBeNotedOfAFileInPartIsToldAndWhatWasNotedIsKept() throws Exception {
        Path inTheWay = target.resolveSibling(".large.bin.sluice-part.state.new");
        proxy.tearAnswerAfter(1_000_000);
        for (int i = 0; i < Retries.MOST; i++) {
            proxy.tearAnswerAfter(0);
        }
        recorder.atPause(() -> {
            try {
                Files.createDirectories(inTheWay.resolve("x"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(this::get).hasMessageContaining("gave up");
        assertThat(recorder.notes)
                .anyMatch(note -> note.contains("cannot write " + inTheWay)
                        && note.contains("a restart of this machine may lose"));

        Files.delete(inTheWay.resolve("x"));
        assertThat(get().resumedAt()).isBetween(900_000L, 1_000_000L);
        assertThat(Files.readAllBytes(target)).isEqualTo(LARGE);
        assertThat(here()).containsExactly("large.bin");
    }

    @Test
    void aFileThatHasChangedMeanwhileIsReceivedFromTheStart() throws Exception {
        proxy.tearAnswerAfter(1_000_000);
        recorder.atPause(() -> replace(OTHER));
        Download.Summary summary = get();
        assertThat(Files.readAllBytes(target)).isEqualTo(OTHER);
        assertThat(summary.resumedAt()).isZero();
        assertThat(recorder.notes)
                .anyMatch(note -> note.contains("the file changed on the server; starting over"));
    }

    /** Returns when the server, which believes a name for a while, has noticed. */
    private void replace(byte[] content) {
        try {
            Path beside = Files.write(folder.resolve("new"), content);
            Files.move(beside, source, StandardCopyOption.ATOMIC_MOVE);
            URL served = server.uri().resolve("large.bin").toURL();
            while (served.openConnection().getContentLengthLong() != content.length) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFileThatIsNotThereIsSaidSoInWords() throws IOException {
        Files.writeString(target, "old");
        assertThatThrownBy(() -> get(proxy.url("/nothing")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the file does not exist on the server (404 Not Found)");
        assertThat(target).hasContent("old");
        assertThat(here()).containsExactly("large.bin");
    }

    @Test
    void redirectsAreFollowed() throws Exception {
        String there = "Location: " + proxy.url("/large.bin") + "\r\nContent-Length: 0\r\n\r\n";
        try (TinyServer other = TinyServer.of(
                TinyServer.saying(
                        "HTTP/1.1 302 Found\r\nLocation: /b?c\r\nContent-Length: 0\r\n\r\n"),
                TinyServer.saying("HTTP/1.1 308 Permanent Redirect\r\n" + there))) {
            get(other.url("/a"));
            assertThat(other.heads.getLast()).startsWith("GET /b?c HTTP/1.1\r\n");
        }
        assertThat(Files.readAllBytes(target)).isEqualTo(LARGE);
    }

    @Test
    void tenRedirectsAreFollowedAndTheEleventhIsNot() throws Exception {
        TinyServer.Reply[] replies = new TinyServer.Reply[11];
        TinyServer.Reply on = TinyServer.saying(
                "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n");
        Arrays.fill(replies, on);
        replies[10] = TinyServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        try (TinyServer other = TinyServer.of(replies)) {
            get(other.url("/a"));
        }
        assertThat(target).hasContent("hello");

        replies[10] = on;
        try (TinyServer other = TinyServer.of(replies)) {
            assertThatThrownBy(() -> get(other.url("/a")))
                    .hasMessageContaining("the redirect cannot be followed (302 Found)");
            assertThat(other.heads).hasSize(11);
        }
        assertThat(target).hasContent("hello");
    }
}
