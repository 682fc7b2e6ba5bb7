package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.lab.Findings.cell;
import static sluice.lab.Findings.job;
import static sluice.lab.Findings.run;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a run says of claims that are not about CPU time alone, and of what to use. */
class ClaimsTest {
    @TempDir
    private Path directory;

    private String verdict(String claim, JobResult... jobs) throws Exception {
        String page = Files.readString(LabFiles.write(run(jobs), directory).getLast());
        return page.lines().filter(line -> line.contains(claim)).findFirst().orElse("none");
    }

    private static CellResult waiting(String model, int idle, double cpu) {
        return cell(Map.of("model", model, "idle", idle), cpu, 1_000, 1_000);
    }

    private static CellResult blocked(String reactor, double rate) {
        return cell(
                Map.of("reactor", reactor, "engine", "none", "block", 1_000),
                10,
                rate,
                1.01 * rate,
                rate);
    }

    @Test
    void pollingIsJudgedWhereLittleHappensAndElseBesideTheMostIdleConnections() throws Exception {
        JobResult waiting = job(
                "waiting",
                List.of("model", "idle"),
                waiting("epoll", 0, 10),
                waiting("epoll", 900, 10),
                waiting("nonblocking", 0, 10),
                waiting("nonblocking", 900, 20));
        JobResult quiet = job(
                "quiet",
                List.of("model"),
                cell(Map.of("model", "epoll"), 10, 1_000, 1_000),
                cell(Map.of("model", "nonblocking"), 900, 1_000, 1_000));

        assertThat(verdict("burn CPU time", waiting)).contains(">confirmed<", "900", "2.00 times");
        assertThat(verdict("burn CPU time", waiting, quiet))
                .contains(">confirmed<", "nonblocking to epoll", "90.0 times");
    }

    @Test
    void aHandlerThatBlocksIsJudgedByTime() throws Exception {
        String claim = "holds up all clients of its loop";
        List<String> axes = List.of("reactor");

        assertThat(verdict(
                        claim,
                        job("blocks", axes, blocked("single", 900), blocked("workers", 7_200))))
                .contains(">confirmed<", "time per answer 8.00 times", "1.11 ms against");
        assertThat(verdict(
                        claim,
                        job("blocks", axes, blocked("single", 900), blocked("workers", 900))))
                .contains(">not here<", "A likely reason: the workers are as few as the loops");
    }

    @Test
    void ofOneGigabyteTheTimeIsJudgedToo() throws Exception {
        JobResult job = job(
                "gigabyte",
                List.of("copy"),
                cell(Map.of("copy", "sendfile"), 500, 2, 2),
                cell(Map.of("copy", "heap"), 500, 1, 1));

        assertThat(verdict("takes longer than by sendfile", job))
                .contains(">confirmed<", "2.00 times", "1.00 s against 0.50 s");
        assertThat(verdict("in 4 KiB costs more CPU time", job)).contains(">not here<");
    }

    @Test
    void adviceIsGivenForEachOfTheOtherSettings() {
        LabResults results = run(job(
                "copy",
                List.of("file", "copy"),
                cell(Map.of("file", 4_096, "copy", "sendfile"), 20, 1, 1),
                cell(Map.of("file", 4_096, "copy", "direct"), 10, 1, 1),
                cell(Map.of("file", 65_536, "copy", "sendfile"), 30, 1, 1),
                cell(Map.of("file", 65_536, "copy", "direct"), 30, 1, 1)));

        assertThat(Lab.advice(results))
                .containsExactly(
                        "--copy direct costs least CPU time for files of 4,096 bytes over 64"
                                + " connections; sendfile costs 2.00 times (2.00 to 2.00).",
                        "--copy sendfile, direct: no difference for files of 65,536 bytes over 64"
                                + " connections.");
    }

    @Test
    void whereThreadsWaitAdviceIsAboutTime() {
        LabResults results = run(job(
                "blocks", List.of("reactor"), blocked("single", 900), blocked("workers", 7_200)));

        assertThat(Lab.advice(results).getFirst())
                .startsWith("--reactor workers takes least time for files of 1,024 bytes over 64"
                        + " connections and a handler that blocks for 1,000 us; single takes 8.00"
                        + " times");
    }
}
