package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.lab.CellResult;
import sluice.lab.Job;
import sluice.lab.Jobs;
import sluice.lab.LabFiles;
import sluice.lab.LabPlan;
import sluice.lab.LabResults;
import sluice.lab.LoadReport;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
            rounds = 2
            warmUp = 0.5
            [cell]
            model = "epoll"
            file = 65_536
            connections = 4
            [vary]
            copy = ["sendfile", "direct", "transfer-to"]
            """);

        int code = lab("lab", "--job=" + job, "--out=" + directory.resolve("out"));

        assertThat(code).as(out.toString() + err).isEqualTo(Exit.OK);
        assertThat(out.toString())
                .contains(
                        "mine: Which copies?",
                        "sendfile",
                        "skipped",
                        "copy path transfer-to needs");
        // No terminal: a log shows what runs, and how long it may take.
        assertThat(err.toString())
                .containsPattern("1 job, 3 cells: at most about \\d+ s\n")
                .containsPattern("mine: Which copies\\? 3 cells, about \\d+ s\n");
        LabResults results = LabFiles.read(directory.resolve("out"));
        assertThat(results.complete()).isTrue();
        assertThat(results.jobs().getFirst().noise()).isNotNull();
        assertThat(results.jobs().getFirst().cells())
                .extracting(CellResult::outcome)
                .containsExactly(
                        CellResult.Outcome.MEASURED,
                        CellResult.Outcome.MEASURED,
                        CellResult.Outcome.SKIPPED);
        CellResult first = results.jobs().getFirst().cells().getFirst();
        assertThat(first.rounds()).hasSize(2);
        assertThat(first.rounds().getFirst().load().errors()).isEmpty();
        LoadReport.Cpu cpu = first.rounds().getFirst().server().cpu();
        // The kernel counts either in hundredths of a second: one of them may be 0.
        assertThat(cpu.user() + cpu.system()).isPositive();
        assertThat(results.environment().facts())
                .containsKeys("kernel", "processors", "pinning", "JVM options");
        assertThat(first.counts()).isNotNull();
    }

    @Test
    @Tag("thorough")
    void theHarnessShowsWhatItCostsItself() throws Exception {
        int code = lab("lab", "--only=harness", "--rounds=2", "--save=" + directory.resolve("out"));

        assertThat(code).as(out.toString() + err).isEqualTo(Exit.OK);
        List<CellResult> cells =
                LabFiles.read(directory.resolve("out")).jobs().getFirst().cells();
        assertThat(cells).extracting(CellResult::name).containsExactly("none", "sluice");
        assertThat(cells).allSatisfy(cell -> assertThat(cell.rounds()).hasSize(2));
    }

    @Test
    void whereResultsCannotBeWrittenNothingIsMeasured() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(lab("lab", "--save=" + file)).isEqualTo(Exit.FAILED);

        assertThat(err.toString())
                .contains("results cannot be written into " + file + ": it is a file");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    @Tag("thorough")
    void theFirstRequestsOfAFreshProcessAreMeasuredWithItsStart() throws Exception {
        Path job = Files.writeString(directory.resolve("mine.toml"), """
            question = "What does a start cost?"
            [cell]
            connections = 2
            [vary]
            first = [1, 200]
            """);

        int code = lab("lab", "--job=" + job, "--rounds=2", "--save=" + directory.resolve("out"));

        assertThat(code).as(out.toString() + err).isEqualTo(Exit.OK);
        List<CellResult> cells =
                LabFiles.read(directory.resolve("out")).jobs().getFirst().cells();
        assertThat(cells.getFirst().rounds())
                .hasSize(2)
                .allMatch(round -> round.load().responses() == 1);
        assertThat(cells.getLast().rounds()).allMatch(round -> round.load().responses() == 200);
        // A JVM starts: more than 20 ms, whatever the machine.
        assertThat(cells.getFirst().cpuOfRounds()).allMatch(micros -> micros > 20_000);
    }

    @Test
    void recordedTrafficIsReplayedAndItsFilesStay() throws Exception {
        Path site = Files.createDirectory(directory.resolve("site"));
        Files.writeString(site.resolve("a b.txt"), "hello");
        Files.writeString(site.resolve("big"), "x".repeat(100_000));
        Path log = Files.writeString(directory.resolve("access.jsonl"), """
            {"method":"GET","target":"/a%20b.txt","status":200,"bytes":5}
            {"method":"GET","target":"/big","status":200,"bytes":100000}
            {"method":"GET","target":"/none","status":404,"bytes":9}
            """);
        Path job = Files.writeString(
                directory.resolve("mine.toml"),
                "question = \"What does it cost?\"\nwarmUp = 0.5\n");

        int code = lab(
                "lab",
                "replay",
                log.toString(),
                "--root=" + site,
                "--job=" + job,
                "--rounds=2",
                "--save=" + directory.resolve("out"));

        assertThat(code).as(out.toString() + err).isEqualTo(Exit.OK);
        assertThat(out.toString()).contains("2 requests for 2 URLs; 1 line left out");
        LabResults results = LabFiles.read(directory.resolve("out"));
        assertThat(results.environment().facts()).containsKey("traffic");
        LoadReport load =
                results.jobs().getFirst().cells().getFirst().rounds().getFirst().load();
        // Of the two in turns; a slow machine may have got no more than three answers.
        assertThat(load.bodyBytes() / load.responses()).isBetween(30_000L, 70_000L);
        assertThat(site.resolve("a b.txt")).hasContent("hello");
    }

    @Test
    void trafficWhoseFilesAreGoneFailsWithTheFirstOfThem() throws Exception {
        Path log = Files.writeString(
                directory.resolve("access.jsonl"),
                "{\"method\":\"GET\",\"target\":\"/gone?x\",\"status\":200,\"bytes\":5}\n");
        Path job = Files.writeString(directory.resolve("mine.toml"), "question = \"Why?\"\n");

        int code = lab(
                "lab",
                "replay",
                log.toString(),
                "--root=" + directory,
                "--job=" + job,
                "--save=" + directory.resolve("out"));

        assertThat(code).isEqualTo(Exit.FAILED);
        assertThat(out.toString())
                .contains("failed: the log has an answer 200 for /gone?x, now the server answers"
                        + " 404");
    }

    @Test
    void wrongUsageIsOneLine() {
        assertThat(lab("lab", "--only=nothing")).isEqualTo(Exit.USAGE);
        assertThat(lab("lab", "--rounds=0")).isEqualTo(Exit.USAGE);
        assertThat(lab("lab", "--fail-over=5%")).isEqualTo(Exit.USAGE);
        assertThat(lab("lab", "--against=x", "--fail-over=much")).isEqualTo(Exit.USAGE);
        assertThat(lab("lab", "--against=/none")).isEqualTo(Exit.USAGE);
        assertThat(lab("lab", "--job=/none.toml")).isEqualTo(Exit.USAGE);
        assertThat(lab("lab", "--only=copy,copy")).isEqualTo(Exit.USAGE);

        assertThat(err.toString())
                .contains("there is no job nothing; there are copy, models")
                .contains("rounds must be from 1")
                .contains("--fail-over needs --against", "'much' is no percentage")
                .contains("/none does not exist", "/none.toml does not exist")
                .contains("two jobs are named copy");
    }

    @Test
    void theBarFitsATerminal() {
        String line = LabLine.text("models: " + "x".repeat(100), 0.5, 60);

        assertThat(line)
                .startsWith("[##########          ] 60 s left, models: xxx")
                .hasSize(79);
    }

    @Test
    void aLongTimeIsToldInMinutes() {
        assertThat(LabLine.time(99.2)).isEqualTo("100 s");
        assertThat(LabLine.time(5_990)).isEqualTo("100 minutes");
    }

    @Test
    void aFullRunIsPlannedToTakeLongerThanATour() throws Exception {
        LabLine line = new LabLine(null, new PrintWriter(err), new PrintWriter(out));
        List<Job> jobs = Jobs.builtIn("models");

        line.plan(new LabPlan(jobs, false, LabPlan.Timing.TOUR, null));
        line.plan(new LabPlan(jobs, true, LabPlan.Timing.FULL, null));

        assertThat(err.toString())
                .containsPattern("1 job, 3 cells: at most about \\d\\d s\n")
                .containsPattern("1 job, \\d+ cells: at most about \\d+ minutes\n");
    }
}
