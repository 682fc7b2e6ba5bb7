package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** {@code sluice get} on a broken disk, which strace(1) plays: the real process is told EIO. */
final class TransferFaultsTest {
    @TempDir
    private Path folder;

    private Path here;
    private byte[] content;

    @BeforeEach
    void plant() throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        here = Files.createDirectory(folder.resolve("here"));
        content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        Files.write(root.resolve("big"), content);
    }

    /** What one run of {@code get} came to. */
    private record Run(int code, String said) {}

    private Run get(FileServer server, List<String> before) throws Exception {
        List<String> get =
                List.of("get", server.uri() + "big", "-o", here.resolve("big").toString());
        Process process =
                ServeProcess.command(before, get).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Run(process.waitFor(), said);
    }

    /** Of calls that concern this file. */
    private static List<String> strace(String path, String inject) throws Exception {
        String call = "trace=" + inject.substring(0, inject.indexOf(':'));
        List<String> strace = List.of(
                "strace",
                "-f",
                "--seccomp-bpf",
                "-qq",
                "-o",
                "/dev/null",
                "-P",
                path,
                "-e",
                call,
                "-e",
                "inject=" + inject);
        int code = -1;
        try {
            List<String> command =
                    Stream.concat(strace.stream(), Stream.of("true")).toList();
            code = new ProcessBuilder(command).start().waitFor();
        } catch (IOException e) {
            assumeTrue(false, "strace(1) is not here");
        }
        assumeTrue(code == 0, "strace(1) may not inject errors here");
        return strace;
    }

    /** The writes into the file, the sync before it gets its name, and the name. */
    @ParameterizedTest
    @CsvSource({
        "splice, EIO:when=2+, cannot write, true, false",
        "splice, ENOSPC:when=2+, cannot write, true, false",
        "fsync, EIO:when=1, cannot write, false, true",
        "flock, ENOLCK:when=1, cannot lock, false, true",
        "flock, EOPNOTSUPP:when=1, cannot lock, false, true",
        "rename, EIO:when=1, Input/output error, true, true"
    })
    void whatTheDiskRefusesIsToldAndGoneOnWithLater(
            String call, String fault, String words, boolean kept, boolean received)
            throws Exception {
        Path root = folder.resolve("root");
        Path part = here.resolve(".big.sluice-part");
        try (FileServer server = Sluice.builder().root(root).port(0).build().start()) {
            List<String> strace = strace(part.toString(), call + ":error=" + fault);
            Run broken = get(server, strace);
            assertThat(broken.code()).as(broken.said()).isEqualTo(Exit.FAILED);
            assertThat(broken.said())
                    .contains("sluice: ", words, part.toString())
                    .doesNotContain("\tat ");
            assertThat(broken.said().contains(" bytes; run the same command again to resume"))
                    .isEqualTo(kept);
            assertThat(here.resolve("big")).doesNotExist();
            assertThat(Files.exists(part)).isEqualTo(kept);
            assertThat(kept && Files.size(part) < content.length).isEqualTo(!received);

            Run again = get(server, List.of());
            assertThat(again.code()).as(again.said()).isEqualTo(Exit.OK);
            assertThat(again.said().contains(" (resumed after ")).isEqualTo(kept);
        }
        assertThat(Files.readAllBytes(here.resolve("big"))).isEqualTo(content);
        try (Stream<Path> all = Files.list(here)) {
            assertThat(all).hasSize(1);
        }
    }
}
