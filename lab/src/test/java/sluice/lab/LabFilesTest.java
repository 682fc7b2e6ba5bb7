package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.lab.CellResult.Outcome;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a run wrote can be read again, and its table tells what differs and what does not. */
class LabFilesTest {
    private static CellResult.Round round(double cpu) {
        LoadReport.Times times = new LoadReport.Times(100, 200, 300, 400, 500);
        LoadReport load = new LoadReport(
                List.of("http://h/"),
                64,
                0,
                1,
                true,
                1,
                1_000,
                1_000,
                1_024_000,
                Map.of(),
                Map.of(200, 1_000L),
                0,
                0,
                times,
                null,
                0.5,
                9,
                null,
                List.of());
        return new CellResult.Round(
                1.5,
                load,
                new ServerMeasures(
                        new LoadReport.Cpu(cpu / 4, cpu * 3 / 4),
                        null,
                        0.1,
                        0.2,
                        0.3,
                        0.0,
                        1L << 20));
    }

    private static CellResult cell(String model, double... cpu) {
        return new CellResult(
                Map.of("model", model),
                Settings.DEFAULTS,
                Outcome.MEASURED,
                null,
                new CellResult.WarmUp(2, true, 20, 10),
                Arrays.stream(cpu).mapToObj(LabFilesTest::round).toList());
    }

    private static LabResults results() {
        CellResult skipped = new CellResult(
                Map.of("model", "sel,ect"),
                Settings.DEFAULTS,
                Outcome.SKIPPED,
                "select(2) knows 1,024 descriptors",
                null,
                List.of());
        JobResult job = new JobResult(
                "models",
                "What costs what?",
                List.of("model"),
                0.03,
                List.of(
                        cell("epoll", 10, 10.1, 9.9),
                        cell("same", 10.1, 10, 10.1),
                        cell("poll", 20, 20.3, 20.1),
                        skipped));
        return new LabResults(
                LabResults.SCHEMA,
                "1",
                "2026-11-28T00:00:00Z",
                60,
                true,
                LabPlan.Timing.TOUR,
                Environment.here(),
                List.of(job));
    }

    private static final LabResults RESULTS = results();

    @Test
    void resultsComeBackAsTheyWere(@TempDir Path directory) throws Exception {
        LabFiles.write(RESULTS, directory);

        assertThat(LabFiles.read(directory)).isEqualTo(RESULTS);
    }

    @Test
    void theTableForProgramsHasALineForEachRound(@TempDir Path directory) throws Exception {
        LabFiles.write(RESULTS, directory);

        List<String> lines = Files.readAllLines(directory.resolve("results.csv"));
        assertThat(lines).hasSize(1 + 3 * 3 + 1);
        assertThat(lines.get(1)).startsWith("models,epoll,measured,,1,2.500,7.500,1000.0,");
        assertThat(lines.getLast())
                .startsWith("models,\"sel,ect\",skipped,\"select(2) knows 1,024 descriptors\",,");
        assertThat(lines.getFirst().split(",")).hasSize(lines.get(1).split(",").length);
    }

    @Test
    void theTableForPeopleCallsOnlyThatADifferenceWhichIsAboveTheNoise() {
        String table = LabTable.text(RESULTS.jobs().getFirst());

        assertThat(table.lines().filter(line -> line.startsWith("  same")))
                .singleElement()
                .asString()
                .contains("no difference");
        assertThat(table.lines().filter(line -> line.startsWith("  poll")))
                .singleElement()
                .asString()
                .contains("2.0");
        assertThat(table).contains("skipped: select(2)", "Less than 3 % is no difference here");
        assertThat(table.lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void anotherSchemaIsRefused(@TempDir Path directory) throws Exception {
        Path file = LabFiles.write(RESULTS, directory).getFirst();
        Files.writeString(
                file, Files.readString(file).replaceFirst("\"schema\" : 1", "\"schema\" : 99"));

        assertThatThrownBy(() -> LabFiles.read(file)).hasMessageContaining("has schema 99");
    }
}
