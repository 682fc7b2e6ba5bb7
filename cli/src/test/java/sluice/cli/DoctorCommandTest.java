package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Model;
import sluice.linux.Linux;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What {@code sluice doctor} tells of this machine, and its exit codes. */
final class DoctorCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void theDoctorTellsWhatAServerMayHave() {
        assertThat(run("doctor")).isEqualTo(Exit.OK);
        assertThat(out.toString())
                .containsPattern("This process may have:\n +memory  +\\d+ [MG]iB\n")
                .containsPattern("So a server takes at most:\n  (ok|note) +connections  +\\d+\n");
    }

    @Test
    void theDoctorTriesTheDiskOfADirectory(@TempDir Path folder) throws IOException {
        assumeTrue(Linux.available(), "the kernel's calls are not here");
        Path file = Files.write(folder.resolve("file"), new byte[100_000]);
        assertThat(run("doctor", folder.toString())).isEqualTo(Exit.OK);
        assertThat(out.toString())
                .containsPattern("Disk of " + folder + ":\\n  ok    directory +can be read\\n")
                .containsPattern("(ok|note) +reflink")
                .containsPattern("(ok|note) +RWF_NOWAIT")
                .containsPattern(" in memory +100 % of 100 kB in 1 file\\n");
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all).containsExactly(file);
        }
    }

    @Test
    void theDoctorLooksAtTheFilesThatALinkLeadsTo(@TempDir Path folder) throws IOException {
        assumeTrue(Linux.available(), "the kernel's calls are not here");
        Path real = Files.createDirectory(folder.resolve("real"));
        Files.write(real.resolve("file"), new byte[100_000]);
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        assertThat(run("doctor", link.toString())).isEqualTo(Exit.OK);
        assertThat(out.toString()).contains("% of 100 kB in 1 file\n");
    }

    @Test
    void theDoctorFailsWhereAServerCannotRun(@TempDir Path folder) throws IOException {
        String none = folder.resolve("none").toString();
        assertThat(run("doctor", none)).isEqualTo(Exit.FAILED);
        assertThat(out.toString()).containsPattern("fail +directory +does not exist\\n");
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());
            assertThat(run("doctor", "--port", port)).isEqualTo(Exit.FAILED);
            assertThat(out.toString()).containsPattern("fail +port " + port + " +cannot be had");
        }
        assertThat(run("doctor", "--port", "0")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("--port must be 1 to 65535, not 0");
    }

    @Test
    void theDoctorTellsOfEveryCellWhetherItCanBeHad() {
        assertThat(run("doctor")).isEqualTo(Exit.OK);
        for (Model model : Model.values()) {
            String row = "(?m)^  (ok|note)  +" + model.label() + "  +(auto|no$)";
            assertThat(out.toString()).containsPattern(row);
        }
        assertThat(out.toString()).contains("Java ");
    }
}
