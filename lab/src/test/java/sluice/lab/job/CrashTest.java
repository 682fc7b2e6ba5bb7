package sluice.lab.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A server that crashes fails its cell, which says how, and keeps what was measured before. */
class CrashTest {
    /** Servers in which nothing is to be quite warm. */
    private static final LabPlan.Timing BRIEF = new LabPlan.Timing(1, 0.3, 2);

    @TempDir
    private Path directory;

    /** Kills the server with an argument when a step begins. */
    private static LabListener killer(String argument, String step) {
        return new LabListener() {
            private boolean done;

            @Override
            public void step(String what, double share, double left) {
                if (!done && what.contains(step)) {
                    done = true;
                    ProcessHandle.current()
                            .descendants()
                            .filter(server -> has(server, argument))
                            .forEach(ProcessHandle::destroyForcibly);
                }
            }

            @Override
            public void ended(JobResult result) {}
        };
    }

    private static boolean has(ProcessHandle process, String argument) {
        try {
            Path line = Path.of("/proc", Long.toString(process.pid()), "cmdline");
            return List.of(Files.readString(line).split("\0")).contains(argument);
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void aServerThatIsKilledInTheSecondRoundKeepsTheFirstAndNamesTheSignal() throws Exception {
        Path job = Files.writeString(directory.resolve("mine.toml"), """
            question = "Which model?"
            [cell]
            engine = "none"
            connections = 2
            [vary]
            model = ["epoll", "poll"]
            """);

        LabResults results = Lab.run(
                new LabPlan(Jobs.in(job), false, BRIEF, null), killer("poll", "round 2 of 2"));

        LabFiles.write(results, directory.resolve("out"));
        JobResult read = LabFiles.read(directory.resolve("out")).jobs().getFirst();
        CellResult first = read.cells().getFirst();
        CellResult killed = read.cells().getLast();
        assertThat(first.outcome()).as(first.reason()).isEqualTo(CellResult.Outcome.MEASURED);
        assertThat(first.roundsBefore()).isEmpty();
        assertThat(killed.outcome()).isEqualTo(CellResult.Outcome.FAILED);
        assertThat(killed.reason()).startsWith("the server crashed (SIGKILL)");
        assertThat(killed.rounds()).isEmpty();
        assertThat(killed.roundsBefore()).isNotEmpty();
        assertThat(killed.roundsBefore().getFirst().load().responses()).isPositive();
        assertThat(LabTable.text(read)).contains("failed: the server crashed (SIGKILL)");
    }

    private static String ending(String script) throws Exception {
        Process process =
                new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        LastLines said = new LastLines();
        process.inputReader().lines().forEach(said::add);
        try (ServerProcess server = new ServerProcess(process, 1, null, null, () -> said)) {
            return String.valueOf(server.ending());
        }
    }

    @Test
    void anEndingTellsExitCodeOrSignalAndTheLastLines() throws Exception {
        assertThat(ending("echo one; echo two; echo; echo three >&2; echo '# four'; exit 3"))
                .isEqualTo("the server crashed (exit code 3): two; three; four");
        assertThat(ending("kill -SEGV $$")).isEqualTo("the server crashed (SIGSEGV)");
        assertThat(Ending.words(128 + 40, List.of())).contains("(signal 40)");
    }

    @Test
    void ofMuchThatAServerSaysTheLastIsKept() throws Exception {
        LastLines few = new LastLines();
        IntStream.rangeClosed(1, 50).forEach(i -> few.add("line " + i));
        LastLines large = new LastLines();
        large.add("before");
        large.add("x".repeat(10_000));
        Path file = Files.writeString(directory.resolve("output"), "y\n".repeat(5_000) + "end\n");

        assertThat(few.all()).hasSize(20).startsWith("line 31").endsWith("line 50");
        assertThat(large.all()).containsExactly("x".repeat(4_096));
        assertThat(LastLines.of(file).all()).hasSize(20).endsWith("y", "end");
        assertThat(LastLines.of(directory.resolve("absent")).all()).isEmpty();
    }
}
