package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.lab.Findings.among;
import static sluice.lab.Findings.cell;
import static sluice.lab.Findings.job;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

import sluice.lab.CellResult.Outcome;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;

/** What a run wrote can be read again, and its table tells what differs and what does not. */
class LabFilesTest {
    private static LabResults results() {
        CellResult skipped = new CellResult(
                Map.of("model", "sel,ect"),
                Settings.DEFAULTS,
                Outcome.SKIPPED,
                "select(2) knows 1,024 descriptors",
                null,
                List.of(),
                null);
        JobResult job = new JobResult(
                "models",
                "What costs what?",
                List.of("model"),
                0.03,
                0.03,
                0.03,
                1L << 20,
                0.5,
                List.of(
                        cell("epoll", 10, 10.1, 9.9),
                        cell("same", 10.1, 10, 10.1),
                        cell("poll", 20, 20.3, 20.1),
                        skipped));
        return Findings.run(job);
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
        assertThat(lines.get(1))
                .contains(",1048576,3.020,41.500,100.0,300.0,400.0,,,,0,9.000,false,0.020,")
                .endsWith(",0.000,0.000,,,,0.100,0.200,0.300,0.000,perf,2,,,0.010");
        int columns = lines.getFirst().split(",").length;
        assertThat(lines.get(1).split(",")).hasSize(columns);
        // The cell's name and the reason each hold a comma.
        assertThat(lines.getLast().split(",", -1)).hasSize(columns + 2);
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
                .contains(" 2.01 (", " 3.02 ");
        assertThat(table).contains("skipped: select(2)", "Less than 3 % is no difference here");
        assertThat(table.lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void theTableSaysWhySystemCallsAreNotCounted() {
        CellResult epoll = cell("epoll", 10, 10);
        CellResult uncounted = new CellResult(
                epoll.varied(),
                epoll.settings(),
                epoll.outcome(),
                null,
                epoll.warmUp(),
                epoll.rounds(),
                new Counts(
                        null,
                        "perf_event_open(2): EACCES (permission denied)",
                        null,
                        null,
                        "the server is no JVM",
                        null,
                        null,
                        null,
                        null));

        String table = LabTable.text(new JobResult(
                "one", "Why?", List.of("model"), 0.1, 0.1, 0.1, 1L << 20, 0.5, List.of(uncounted)));

        assertThat(table).contains("System calls are not counted: perf_event_open(2): EACCES");
    }

    @Test
    void aNameThatHasNoRoomStandsAboveItsRowAndIsNotCut() {
        CellResult known = cell("epoll", 10, 10);
        CellResult named = cell("a model of nineteen, 5000", 20, 20);

        assertThat(LabTable.text(job(known, named)))
                .containsPattern("\n  a model of nineteen, 5000\n {20,}20\\.0");
    }

    @Test
    void aServerWhoseCompilersStillWorkedIsMarked() {
        CellResult warm = cell("epoll", 10, 10.1);
        CellResult.WarmUp tooShort = new CellResult.WarmUp(3, false, 90, 20, 9_000L, 2.0, 1.5);
        CellResult cold = new CellResult(
                Map.of("model", "poll"),
                warm.settings(),
                warm.outcome(),
                null,
                tooShort,
                warm.rounds(),
                warm.counts());

        String table = LabTable.text(job(warm, cold));

        assertThat(table.lines().filter(line -> line.endsWith(" w")))
                .singleElement()
                .asString()
                .contains("poll");
        assertThat(table).contains("w: not yet warm");
    }

    @Test
    void whatTakesLongFitsIntoTheTable() {
        String table = LabTable.text(job(
                cell("start", 1_443_088, 1_321_990, 1_603_637),
                cell("ten", 10_445, 9_549, 11_424),
                cell("unsure", 9, 9, 900)));

        assertThat(table).contains("1443k (1", "10.4k (", " 9 (?)", "  (?): the rounds differ so");
        assertThat(table.lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void eachJobLeavesAChartThatOtherPagesCanShow(@TempDir Path directory) throws Exception {
        LabFiles.write(RESULTS, directory);

        String chart = Files.readString(directory.resolve("models.svg"));
        assertThat(chart)
                .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"860\"")
                .contains("What costs what?", "epoll", "less than 3 % is no difference")
                .doesNotContain("%s", "href", "script", "NaN");
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(chart)));
    }

    @Test
    void aMachineThatDidSomethingElseNamesNoDifference() {
        CellResult calm = cell("epoll", 10, 10.1);
        Surroundings half = new Surroundings(0.5, 0, 0, 0);

        JobResult alone = job(calm, cell("poll", 20, 20.1));
        JobResult disturbed = job(calm, among(cell("poll", 20, 20.1), half));

        assertThat(alone.disturbance()).isNull();
        assertThat(disturbed.disturbance()).isEqualTo("other processes used 26 % of its CPUs");
        assertThat(LabTable.text(disturbed))
                .contains("The machine was busy with something else: other processes used 26 %")
                .doesNotContain("2.0", "is no difference here");
    }

    @Test
    void timeThatHostQuotaOrHeatTookIsADisturbance() {
        CellResult cell = cell("epoll", 10);

        assertThat(job(among(cell, new Surroundings(0, 0.05, 0, 0))).disturbance())
                .isEqualTo("its host took 5 % of its CPUs away");
        assertThat(job(among(cell, new Surroundings(0, 0, 0.3, 0))).disturbance())
                .isEqualTo("the cgroup's quota held threads back for 30 % of the time");
        assertThat(job(among(cell, new Surroundings(0, 0, 0, 2))).disturbance())
                .isEqualTo("a CPU slowed down 2 times because it was hot");
    }

    @Test
    void oneDisturbedRoundIsADisturbanceEvenIfTheMeanIsNone() {
        CellResult calm = cell("epoll", 10, 10.1, 10.2);
        CellResult busy = among(cell("poll", 20), new Surroundings(0.25, 0, 0, 0));
        CellResult atLimit = among(cell("poll", 20), new Surroundings(0.2, 0.04, 0, 0));

        assertThat(job(calm, busy).disturbance())
                .isEqualTo("other processes used 25 % of its CPUs in one round");
        assertThat(job(calm, atLimit).disturbance()).isNull();
    }

    @Test
    void resultsOfEarlierVersionsHaveNoRepeatedRounds(@TempDir Path directory) throws Exception {
        Path file = LabFiles.write(RESULTS, directory).getFirst();
        String now = Files.readString(file);
        String earlier = now.replaceAll(",\\s*\"roundsBefore\" : \\[ ],\\s*\"repeated\" : 0", "");
        assertThat(earlier).isNotEqualTo(now).doesNotContain("repeated", "roundsBefore");
        Files.writeString(file, earlier);

        CellResult cell = LabFiles.read(file).jobs().getFirst().cells().getFirst();

        assertThat(cell.repeated()).isNull();
        assertThat(cell.roundsBefore()).isEmpty();
    }

    @Test
    void anotherSchemaIsRefused(@TempDir Path directory) throws Exception {
        Path file = LabFiles.write(RESULTS, directory).getFirst();
        Files.writeString(
                file, Files.readString(file).replaceFirst("\"schema\" : 1", "\"schema\" : 99"));

        assertThatThrownBy(() -> LabFiles.read(file)).hasMessageContaining("has schema 99");
    }

    @Test
    void whatIsNoResultIsNamedWhateverItIs(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("results.json");
        for (String text : List.of("", "[]", "null", "{}", "no JSON", "{\"schema\":1}")) {
            Files.writeString(file, text);

            assertThatThrownBy(() -> LabFiles.read(directory))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(file + " is no result of sluice lab: ")
                    .message()
                    .doesNotContain("\n");
        }
        Files.write(file, new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> LabFiles.read(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file + " is no result of sluice lab: ");
    }

    @Test
    void anotherSchemaIsToldEvenIfItsFormIsAnother(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(
                directory.resolve("results.json"), "{\"schema\":99,\"unheard\":[1]}");

        assertThatThrownBy(() -> LabFiles.read(file)).hasMessageContaining("has schema 99");
    }
}
