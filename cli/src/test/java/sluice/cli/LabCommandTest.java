package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.lab.CellResult;
import sluice.lab.Job;
import sluice.lab.JobResult;
import sluice.lab.Jobs;
import sluice.lab.Lab;
import sluice.lab.LabFiles;
import sluice.lab.LabListener;
import sluice.lab.LabPlan;
import sluice.lab.LabResults;
import sluice.lab.LabTable;
import sluice.lab.LoadReport;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code sluice lab} starts servers of its own, measures them in turns, and leaves results. */
class LabCommandTest {
    /** What is not about figures needs no server that is quite warm. */
    private static final LabPlan.Timing BRIEF = new LabPlan.Timing(2, 0.5, 2);

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
    void aMachineThatComputesSomethingElseInTheMiddleGetsNoWinner() throws Exception {
        Path job = Files.writeString(directory.resolve("mine.toml"), """
            question = "Which copies?"
            [cell]
            model = "epoll"
            file = 65_536
            connections = 4
            [vary]
            copy = ["sendfile", "direct"]
            """);
        List<Process> hogs = new ArrayList<>();
        LabListener starter = new LabListener() {
            @Override
            public void ended(JobResult result) {
                out.append(LabTable.text(result));
            }

            @Override
            public void step(String what, double done, double left) {
                if (hogs.isEmpty() && what.contains("round 2 of 3")) {
                    // They run where the clients do: the lab has pinned this process.
                    for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
                        hogs.add(hog());
                    }
                }
            }
        };
        try {
            LabPlan plan = new LabPlan(Jobs.in(job), false, BRIEF.withRounds(3), null);
            LabResults results = Lab.run(plan, starter);

            assertThat(hogs).isNotEmpty();
            assertThat(results.jobs().getFirst().disturbance()).contains("other processes used");
            assertThat(out.toString()).contains("The machine was busy with something else: other");
            assertThat(LabFiles.write(results, directory.resolve("out")).getLast())
                    .content()
                    .contains("The machine was busy with something else: other", "is named");
        } finally {
            hogs.forEach(Process::destroyForcibly);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"round 1", "counting"})
    void whatEndsEarlyIsNoFailureOfAServer(String during) throws Exception {
        Path job = Files.writeString(directory.resolve("mine.toml"), """
            question = "Which copies?"
            warmUp = 0.5
            rounds = 2
            [cell]
            idle = 10
            connections = 4
            [vary]
            copy = ["sendfile", "direct"]
            """);
        LabListener interrupting = new LabListener() {
            @Override
            public void step(String what, double done, double left) {
                if (what.contains("direct, " + during)) {
                    Thread.currentThread().interrupt();
                }
            }
        };

        LabResults results = Lab.run(new LabPlan(Jobs.in(job), false, BRIEF, null), interrupting);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(results.complete()).isFalse();
        assertThat(results.jobs().getFirst().cells())
                .extracting(CellResult::outcome)
                .containsOnly(CellResult.Outcome.MEASURED);
        LabFiles.write(results, directory.resolve("out"));
        assertThat(LabFiles.read(directory.resolve("out")).complete()).isFalse();
    }

    /** Uses all of a CPU until it is killed. */
    private static Process hog() {
        try {
            return new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
    void aHandlerThatBlocksLetsOneLoopAnswerNoMoreThanItCan() throws Exception {
        Path job = Files.writeString(directory.resolve("mine.toml"), """
            question = "Who waits?"
            [cell]
            engine = "none"
            reactor = "single"
            connections = 4
            block = 2_000
            """);

        LabResults results =
                Lab.run(new LabPlan(Jobs.in(job), false, BRIEF, null), new LabListener() {});

        assertThat(results.jobs().getFirst().cells().getFirst().rounds())
                .isNotEmpty()
                .allMatch(round -> round.load().rate() > 0 && round.load().rate() <= 500);
    }

    @Test
    void anotherServerIsMeasuredWithAllItsProcessesAndItsSettingsAreKept() throws Exception {
        Path job = Files.writeString(directory.resolve("mine.toml"), """
            question = "Which server?"
            [cell]
            file = 512
            fileMost = 65_536
            files = 50
            connections = 4
            [vary]
            engine = ["jwebserver", "nginx"]
            """);

        LabResults results =
                Lab.run(new LabPlan(Jobs.in(job), false, BRIEF, null), new LabListener() {});

        CellResult jdk = results.jobs().getFirst().cells().getFirst();
        assertThat(jdk.rounds().getFirst().load().responses()).isPositive();
        assertThat(results.peers().getFirst().command()).contains("jdk.httpserver");
        CellResult nginx = results.jobs().getFirst().cells().getLast();
        if (nginx.outcome() == CellResult.Outcome.SKIPPED) {
            assertThat(nginx.reason()).contains("is not installed");
        } else {
            // The first of its processes only waits for the others.
            assertThat(nginx.cpuOfRounds()).allMatch(micros -> micros > 0.5);
            assertThat(results.peers().getLast().settings().get("nginx.conf"))
                    .contains("sendfile on;");
        }
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
        assertThat(load.bodyBytes() / load.responses()).isBetween(40_000L, 60_000L);
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
