package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.lab.CellResult;
import sluice.lab.LabFiles;
import sluice.lab.LabResults;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code sluice lab} starts servers of its own, measures them in turns, and leaves results. */
class LabCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int lab(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void aJobOfOnesOwnIsMeasuredAndWhatCannotRunIsSkippedWithItsReason() throws Exception {
        Path job = Files.writeString(directory.resolve("mine.toml"), """
            question = "Which copies?"
            [cell]
            model = "epoll"
            file = 65_536
            connections = 4
            [vary]
            copy = ["sendfile", "direct", "transfer-to"]
            """);

        int code = lab("lab", "--job=" + job, "--rounds=2", "--out=" + directory.resolve("out"));

        assertThat(code).as(out.toString() + err).isEqualTo(Exit.OK);
        assertThat(out.toString())
                .contains("mine: Which copies?", "sendfile", "skipped", "is no difference here");
        LabResults results = LabFiles.read(directory.resolve("out"));
        assertThat(results.complete()).isTrue();
        assertThat(results.jobs().getFirst().cells())
                .extracting(CellResult::outcome)
                .containsExactly(
                        CellResult.Outcome.MEASURED,
                        CellResult.Outcome.MEASURED,
                        CellResult.Outcome.SKIPPED);
        CellResult first = results.jobs().getFirst().cells().getFirst();
        assertThat(first.rounds()).hasSize(2);
        assertThat(first.rounds().getFirst().load().errors()).isEmpty();
        assertThat(first.rounds().getFirst().server().cpu().system()).isPositive();
        assertThat(results.environment().facts()).containsKeys("kernel", "processors", "pinning");
    }

    @Test
    void wrongUsageIsOneLine() {
        assertThat(lab("lab", "--only=nothing")).isEqualTo(Exit.USAGE);
        assertThat(lab("lab", "--rounds=0")).isEqualTo(Exit.USAGE);

        assertThat(err.toString())
                .contains("there is no job nothing; there are copy, models")
                .contains("rounds must be from 1");
    }

    @Test
    void theBarFitsATerminal() {
        String line = LabLine.text("models: " + "x".repeat(100), 0.5, 60);

        assertThat(line)
                .startsWith("[##########          ] 60 s left, models: xxx")
                .hasSize(79);
    }
}
