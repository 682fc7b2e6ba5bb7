package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.lab.CellResult;
import sluice.lab.Environment;
import sluice.lab.JobResult;
import sluice.lab.LabFiles;
import sluice.lab.LabPlan;
import sluice.lab.LabResults;
import sluice.lab.LoadReport;
import sluice.lab.ServerMeasures;
import sluice.lab.Settings;
import sluice.lab.Surroundings;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** {@code sluice lab diff} of two runs, as a build would call it. */
class LabDiffCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void save() throws IOException {
        save("base", "Linux 1", 10, 10.1, 9.9);
        save("same", "Linux 1", 10.1, 10, 10);
        save("dearer", "Linux 1", 12, 12.1, 11.9);
        save("elsewhere", "Linux 2", 10, 10.1, 9.9);
    }

    private void save(String name, String kernel, double... cpu) throws IOException {
        save(name, kernel, List.of(cell("epoll", cpu)));
    }

    /** Of a server that crashed, if there is no figure. */
    private static CellResult cell(String model, double... cpu) {
        boolean crashed = cpu.length == 0;
        return new CellResult(
                Map.of("model", model),
                Settings.DEFAULTS,
                crashed ? CellResult.Outcome.FAILED : CellResult.Outcome.MEASURED,
                crashed ? "the server crashed" : null,
                null,
                DoubleStream.of(cpu).mapToObj(LabDiffCommandTest::round).toList(),
                null);
    }

    private void save(String name, String kernel, List<CellResult> cells) throws IOException {
        JobResult job = new JobResult(
                "one", "Why?", List.of("model"), 0.01, 0.01, 0.01, 1L << 20, 0.5, cells);
        LabResults results = new LabResults(
                LabResults.SCHEMA,
                "1",
                "2026-11-28T00:00:00Z",
                60,
                true,
                LabPlan.Timing.TOUR,
                new Environment(Map.of("kernel", kernel)),
                List.of(),
                List.of(job),
                null,
                List.of());
        LabFiles.write(results, directory.resolve(name));
    }

    private static CellResult.Round round(double cpu) {
        LoadReport.Times times = new LoadReport.Times(1, 2, 3, 4, 5);
        LoadReport load = new LoadReport(
                List.of(), 64, 0, 1, true, 1, 10, 10, 10, Map.of(), Map.of(), 0, 0, times, null,
                0.5, 1, null, List.of(), true);
        LoadReport.Cpu micros = new LoadReport.Cpu(cpu, 0);
        return new CellResult.Round(
                0,
                load,
                new ServerMeasures(micros, null, null, null, null, null, null),
                new Surroundings(0, 0, 0, 0),
                null);
    }

    private int diff(String first, String second, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "lab",
                "diff",
                directory.resolve(first).toString(),
                directory.resolve(second).toString()));
        arguments.addAll(List.of(more));
        return Main.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                arguments.toArray(String[]::new));
    }

    @Test
    void aCellThatCrashesNowPassesNoGate() throws Exception {
        CellResult epoll = cell("epoll", 10, 10.1, 9.9);
        save("both", "Linux 1", List.of(epoll, cell("poll", 10, 10.1, 9.9)));
        save("crashed", "Linux 1", List.of(epoll, cell("poll")));

        assertThat(diff("both", "crashed", "--fail-over", "5%")).isEqualTo(Exit.WORSE);
        assertThat(out.toString())
                .contains("one: poll: failed in the second run: the server crashed");
        assertThat(diff("both", "crashed")).as("nobody asked to fail").isEqualTo(Exit.OK);
    }

    @Test
    void theComparisonArrivesThroughABuffer() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        int code = Main.run(
                new PrintWriter(bytes, true, StandardCharsets.UTF_8),
                new PrintWriter(err, true),
                "lab",
                "diff",
                directory.resolve("base").toString(),
                directory.resolve("same").toString());

        assertThat(code).as(err.toString()).isEqualTo(Exit.OK);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("epoll", "no difference");
    }

    @Test
    void aCellThatGotDearerThanAllowedExitsWith3AndIsNamed() {
        assertThat(diff("base", "dearer", "--fail-over=5%")).isEqualTo(Exit.WORSE);
        assertThat(out.toString()).contains("one: epoll got dearer than 5% allows");
    }

    @Test
    void whatIsWithinTheLimitOrNotAskedForIsNoFailure() {
        assertThat(diff("base", "dearer", "--fail-over=25")).isEqualTo(Exit.OK);
        assertThat(diff("base", "same", "--fail-over=1%")).isEqualTo(Exit.OK);
        assertThat(diff("base", "dearer")).isEqualTo(Exit.OK);
        assertThat(diff("dearer", "base", "--fail-over=1%")).isEqualTo(Exit.OK);
        assertThat(out.toString()).doesNotContain("allows");
    }

    @Test
    void runsOfTwoMachinesAndWrongPercentagesAreRefusedInOneLine() {
        assertThat(diff("base", "elsewhere", "--fail-over=5%")).isEqualTo(Exit.USAGE);
        assertThat(diff("base", "same", "--fail-over=much")).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .contains("the machines differ: kernel Linux 1, then Linux 2")
                .contains("'much' is no percentage, as 5%");
    }
}
