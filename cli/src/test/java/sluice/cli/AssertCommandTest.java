package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.linux.Linux;
import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Sluice;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code sluice assert --zero-copy} tells of a server. */
final class AssertCommandTest {
    private static final int LARGE = 300_000;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path root;

    private FileServer server(boolean explains) throws IOException {
        assumeTrue(Linux.available(), "sendfile(2) is not here");
        Files.write(root.resolve("large"), new byte[LARGE]);
        Files.write(root.resolve("small"), new byte[10]);
        return Sluice.builder()
                .port(0)
                .files(ServedFiles.in(root).withExplain(explains))
                .build()
                .start();
    }

    private int judge(FileServer server, String name) {
        return judge(server.uri().getAuthority() + "/" + name);
    }

    private int judge(String url) {
        PrintWriter told = new PrintWriter(out, true);
        return Main.run(told, new PrintWriter(err, true), "assert", "--zero-copy", url);
    }

    @Test
    void aFileThatTheKernelMovesHolds() throws IOException {
        try (FileServer server = server(true)) {
            assertThat(judge(server, "large")).isEqualTo(Exit.OK);
            assertThat(out).asString().startsWith("zero-copy: the kernel moved all 300,000 bytes");
        }
    }

    @Test
    void aFileFromMemoryDoesNot() throws IOException {
        try (FileServer server = server(true)) {
            assertThat(judge(server, "small")).isEqualTo(Exit.FAILED);
            assertThat(err)
                    .asString()
                    .contains("10 bytes of 10 passed user space, by memory; --copy sendfile");
        }
    }

    @Test
    void whereTheServerDoesNotTellNothingIsJudged() throws IOException {
        String gone;
        try (FileServer server = server(false)) {
            assertThat(judge(server, "large")).isEqualTo(2);
            assertThat(judge(server, "none")).isEqualTo(2);
            gone = server.uri().getAuthority();
        }
        assertThat(judge(gone + "/large")).isEqualTo(2);
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("with --explain"),
                        line -> assertThat(line).contains("the server answered 404"),
                        line -> assertThat(line).contains("no complete response"));
        assertThat(out.toString()).isEmpty();
    }
}
