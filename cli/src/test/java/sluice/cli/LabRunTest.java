package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.lab.CellResult;
import sluice.lab.JobResult;
import sluice.lab.Jobs;
import sluice.lab.Lab;
import sluice.lab.LabFiles;
import sluice.lab.LabListener;
import sluice.lab.LabPlan;
import sluice.lab.LabResults;
import sluice.lab.LabTable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A run of the lab: its servers are processes of the command, so it is tried beside that. */
class LabRunTest {
    /** What is not about figures needs no server that is quite warm. */
    private static final LabPlan.Timing BRIEF = new LabPlan.Timing(1, 0.5, 2);

    @TempDir
    private Path directory;

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
        StringBuilder said = new StringBuilder();
        LabListener starter = new LabListener() {
            @Override
            public void ended(JobResult result) {
                said.append(LabTable.text(result));
            }

            @Override
            public void step(String what, double done, double left) {
                if (hogs.isEmpty() && what.contains("round 2 of 2")) {
                    // They run where the clients do: the lab has pinned this process.
                    for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
                        hogs.add(hog());
                    }
                }
            }
        };
        try {
            LabPlan plan = new LabPlan(Jobs.in(job), false, BRIEF, null);
            LabResults results = Lab.run(plan, starter);

            assertThat(hogs).isNotEmpty();
            assertThat(results.jobs().getFirst().disturbance()).contains("other processes used");
            assertThat(said).asString().contains("The machine was busy with something else: other");
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
            rounds = 1
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
}
