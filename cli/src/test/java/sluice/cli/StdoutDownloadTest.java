package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.linux.Linux;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** {@code sluice get -o -}, in a process of its own: stdout is its descriptor 1. */
final class StdoutDownloadTest {
    @TempDir
    private Path folder;

    private FileServer server;
    private byte[] content;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Linux.available(), "the kernel's calls are not here");
        Path root = Files.createDirectory(folder.resolve("root"));
        content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        Files.write(root.resolve("big"), content);
        Files.writeString(root.resolve("small"), "hello");
        server = Sluice.builder().root(root).port(0).build().start();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private ProcessBuilder get(String name, String... more) {
        List<String> get = Stream.concat(
                        Stream.of("get", server.uri() + name, "-o", "-"), Stream.of(more))
                .toList();
        return ServeProcess.command(List.of(), get)
                .redirectError(folder.resolve("said").toFile());
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("said"));
    }

    @Test
    void aPipeGetsTheFileBySplice() throws Exception {
        Process get = get("big").start();
        assertThat(get.getInputStream().readAllBytes()).isEqualTo(content);
        assertThat(get.waitFor()).as(said()).isEqualTo(Exit.OK);
        assertThat(said())
                .startsWith("received stdout, 3.0 MB in ")
                .contains("% by splice", "not verified: without --verify");
    }

    @Test
    void whatIsVerifiedIsSummedOnItsWay() throws Exception {
        Process get = get("big", "--verify").start();
        assertThat(get.getInputStream().readAllBytes()).isEqualTo(content);
        assertThat(get.waitFor()).as(said()).isEqualTo(Exit.OK);
        assertThat(said()).endsWith("verified sha-256\n").doesNotContain("splice");
    }

    @Test
    void aFileThatTheShellAppendsToGrows() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "before");
        Process get = get("big")
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()))
                .start();
        assertThat(get.waitFor()).as(said()).isEqualTo(Exit.OK);
        byte[] all = Files.readAllBytes(file);
        assertThat(new String(all, 0, 6, UTF_8)).isEqualTo("before");
        assertThat(Arrays.copyOfRange(all, 6, all.length)).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "big"})
    void aFullDiskIsAFailure(String name) throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "/dev/full is not here");
        Process get = get(name).redirectOutput(full.toFile()).start();
        assertThat(get.waitFor()).isEqualTo(Exit.FAILED);
        assertThat(said())
                .startsWith("sluice: cannot write to stdout: ENOSPC")
                .containsOnlyOnce("\n");
    }

    @Test
    void aReaderThatEndsIsAFailure() throws Exception {
        Process get = get("big").start();
        try (InputStream reader = get.getInputStream()) {
            assertThat(reader.readNBytes(10)).isEqualTo(Arrays.copyOf(content, 10));
        }
        assertThat(get.waitFor()).isEqualTo(Exit.FAILED);
        assertThat(said())
                .isEqualTo("sluice: cannot write to stdout: the program that reads it has ended\n");
    }

    @Test
    void nothingIsWrittenOfAFileThatIsNotThere() throws Exception {
        Process get = get("none").start();
        assertThat(get.getInputStream().readAllBytes()).isEmpty();
        assertThat(get.waitFor()).isEqualTo(Exit.FAILED);
        assertThat(said()).contains("(404 Not Found)");
    }
}
