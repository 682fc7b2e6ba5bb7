package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.lab.CellResult.Outcome;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page says of a claim only what the figures say. */
class ReportTest {
    private static final Surroundings QUIET = new Surroundings(0, 0, 0, 0);

    @TempDir
    private Path directory;

    private @Nullable BufferPrice price;

    private static LoadReport client(double micros) {
        LoadReport.Times times = new LoadReport.Times(1, 2, 3, 4, 5);
        return new LoadReport(
                List.of(), 64, 0, 1, true, 1, 10, 10, 10, Map.of(), Map.of(), 0, 0, times, null,
                0.5, micros, null, List.of(), true);
    }

    private static CellResult cell(String model, int idle, double... cpu) {
        LoadReport load = client(1);
        Settings of = new Settings(
                "sluice", model, "single", "auto", 0, 0, 1, 1, false, 64, idle, true, 1, 0, 0, 0,
                "on", 0);
        return new CellResult(
                Map.of("model", model, "idle", Integer.toString(idle)),
                of,
                Outcome.MEASURED,
                null,
                null,
                Arrays.stream(cpu)
                        .mapToObj(micros -> new CellResult.Round(
                                0,
                                load,
                                new ServerMeasures(
                                        new LoadReport.Cpu(micros, 0),
                                        null,
                                        null,
                                        null,
                                        null,
                                        (50L << 20) + idle * 1_024L,
                                        null),
                                QUIET,
                                null))
                        .toList(),
                null);
    }

    private String page(double noise, CellResult... cells) throws Exception {
        return page("idle", noise, cells);
    }

    private String page(String name, double noise, CellResult... cells) throws Exception {
        JobResult job = new JobResult(
                name,
                "Does <it> grow?",
                List.of("model", "idle"),
                noise,
                noise,
                noise,
                1L << 20,
                0.5,
                List.of(cells));
        LabResults results = new LabResults(
                LabResults.SCHEMA,
                "1",
                "now",
                1,
                true,
                LabPlan.Timing.TOUR,
                new Environment(Map.of("kernel", "Linux")),
                List.of(),
                List.of(job),
                price,
                List.of());
        return Files.readString(LabFiles.write(results, directory).getLast());
    }

    private static String row(String page, String claim) {
        return page.lines().filter(line -> line.contains(claim)).findFirst().orElse("no row");
    }

    @Test
    void aClaimIsConfirmedByADifferenceAboveTheNoise() throws Exception {
        String page = page(
                0.05,
                cell("epoll", 0, 10, 10.1, 10),
                cell("epoll", 900, 10, 10, 10.1),
                cell("poll", 0, 10, 10.1, 10),
                cell("poll", 900, 20, 20.1, 20));

        assertThat(row(page, "cost of poll grows")).contains(">confirmed<", "2.00 times");
        assertThat(row(page, "cost of epoll does not grow")).contains(">confirmed<");
        assertThat(row(page, "cost of select grows")).contains(">not measured<");
    }

    @Test
    void whatTheClientHasToDoInsteadIsNoGain() throws Exception {
        CellResult spares = working(cell("epoll", 0, 10, 10.1, 10), 50);
        CellResult works = working(cell("poll", 0, 40, 40.1, 40), 20);

        String moved = "with the client's CPU time it is no difference";
        assertThat(page(0.05, spares, works))
                .contains(">m</b>", moved, "4.00 times (3.95 to 4.03)<");
        assertThat(page(0.05, spares, working(works, 50)))
                .contains("4.00 times (3.95 to 4.03)<")
                .doesNotContain(moved);
        assertThat(LabTable.text(new JobResult(
                        "one",
                        "Why?",
                        List.of("model"),
                        0.05,
                        0.05,
                        0.05,
                        1L << 20,
                        0.5,
                        List.of(spares, works))))
                .contains(" m\n", "m: with the client's CPU time it is no difference");
    }

    /** A client that needs so many microseconds for each answer. */
    private static CellResult working(CellResult cell, double micros) {
        return new CellResult(
                cell.varied(),
                cell.settings(),
                cell.outcome(),
                null,
                null,
                cell.rounds().stream()
                        .map(round -> new CellResult.Round(
                                0, client(micros), round.server(), round.surroundings(), null))
                        .toList(),
                null);
    }

    @Test
    void aClaimThatTheFiguresContradictIsNotHere() throws Exception {
        String page = page(
                0.05,
                cell("epoll", 0, 10, 10.1, 10),
                cell("epoll", 900, 20, 20, 20.1),
                cell("poll", 0, 10, 10.1, 10),
                cell("poll", 900, 10, 10.1, 10));

        assertThat(row(page, "cost of poll grows")).contains(">not here<");
        assertThat(row(page, "cost of epoll does not grow")).contains(">not here<");
    }

    @Test
    void aThreadForEachConnectionIsComparedWithALoopWhereBothWereMeasured() throws Exception {
        String claim = "a thread for each of ten thousand connections";

        String page = page("c10k", 0.05, cell("epoll", 0, 10, 10.1), cell("blocking", 0, 20, 20.1));
        assertThat(row(page, claim)).contains(">confirmed<", "blocking", "2.00 times");

        assertThat(page("c10k", 0.05, cell("epoll", 0, 10, 10.1))).doesNotContain(claim);
    }

    @Test
    void systemCallsAreComparedWhereTheyWereCounted() throws Exception {
        String claim = "switch modes four times for a buffer";
        CellResult sendfile = Findings.counted("sendfile", 2.0);

        String page = page("copy", 0.05, sendfile, Findings.counted("direct", 34.0));
        assertThat(row(page, claim)).contains(">confirmed<", "34.0 by read", "2.00 by sendfile");

        page = page("copy", 0.05, sendfile, Findings.counted("direct", 3.0));
        assertThat(row(page, claim)).contains(">not here<");

        page = page("copy", 0.05, sendfile, Findings.counted("direct", null));
        assertThat(row(page, claim)).contains(">not measured<");
    }

    @Test
    void whatWasComparedIsDrawnBesideItsFigure() throws Exception {
        String page = page("copy", 0.05, Findings.counted("sendfile", 2.0));

        assertThat(page)
                .contains("<summary>sendfile, drawn (sendfile: 10.0 us)</summary>")
                .contains("the kernel moves the bytes alone");
    }

    @Test
    void theWarmUpAndTheWorkOfARequestHaveTables() throws Exception {
        String page = page("copy", 0.05, Findings.counted("sendfile", 2.0));

        // A warm-up of 50,000 requests took 1.5 s of CPU time, of which the compilers took 0.8 s.
        assertThat(page).contains("<td>sendfile</td>", ">50,000</td>", ">1.50</td>", ">0.80</td>");
        // Two system calls and 0.3 page faults are 4.6 mode switches; 10 us for 1,024 bytes are
        // 9.77 s for 1 GB.
        assertThat(page).contains(">2.00</td><td class=\"n\">4.60</td>", ">9.77</td>");
    }

    @Test
    void whatBuffersCostHasAVerdictIfItWasMeasured() throws Exception {
        String claim = "a direct buffer is dearer";
        price = new BufferPrice(65_536, List.of(2.0, 2.1), List.of(9.0, 9.2), List.of(3.0, 3.1));
        assertThat(row(page(0.05, cell("epoll", 0, 10)), claim))
                .contains(">confirmed<", "on the heap 2.05 us", "4.44 times");

        price = new BufferPrice(65_536, List.of(2.0, 9.0), List.of(9.0, 2.0), List.of(3.0, 3.1));
        assertThat(row(page(0.05, cell("epoll", 0, 10)), claim)).contains(">undecided<");
    }

    @Test
    void memoryIsToldForEachConnectionThatWasAdded() throws Exception {
        String page = page(0.05, cell("epoll", 0, 10), cell("epoll", 5_000, 10));
        assertThat(page).contains("epoll: 1.00 KiB of the process for each of 5,000 connections");
    }

    @Test
    void lessMemoryThanTwoEqualServersDifferByIsNotShared() throws Exception {
        String page = page(0.05, cell("epoll", 0, 10), cell("epoll", 900, 10));

        assertThat(page)
                .contains("epoll: 900 connections more add less memory of the process than can be"
                        + " told: two servers that are the same differ by 1.00 MiB.");
    }

    @Test
    void adviceNamesWhatIsDearerByMoreThanTheNoiseHoweverLargeThatIs() throws Exception {
        String page = page(
                "models",
                0.3,
                cell("epoll", 0, 10, 10.1, 10),
                cell("select", 0, 11, 11, 11.1),
                cell("poll", 0, 40, 40.1, 40));

        assertThat(page)
                .contains(
                        "--model epoll costs least",
                        "; too noisy to tell: select; poll costs 4.00");
        assertThat(page("models", 0.3, cell("epoll", 0, 10, 10, 10), cell("poll", 0, 11, 11, 11)))
                .contains("The machine was too noisy to choose --model by the job models");
    }

    @Test
    void onANoisyMachineNothingIsSaidToBeAlike() throws Exception {
        String page = page(0.9, cell("epoll", 0, 10, 14, 10), cell("epoll", 900, 10, 9, 14));

        assertThat(row(page, "cost of epoll does not grow")).contains(">undecided<", "too noisy");
    }

    @Test
    void onAMachineThatDidSomethingElseThereIsNoVerdict() throws Exception {
        Surroundings busy = new Surroundings(0.5, 0, 0, 0);

        String page = page(
                0.05,
                Findings.among(cell("epoll", 0, 10, 10.1, 10), busy),
                Findings.among(cell("epoll", 900, 20, 20, 20.1), busy));

        assertThat(row(page, "cost of epoll does not grow")).contains(">undecided<");
        assertThat(page).contains("busy with something else: other processes used 50 %");
    }

    @Test
    void whatGrowsWithANumberIsALineWithABandThatLeadsToItsRounds() throws Exception {
        String page = page(
                0.05,
                cell("epoll", 0, 10, 10.1),
                cell("epoll", 100, 11, 11.1),
                cell("epoll", 900, 12, 12.1),
                cell("poll", 0, 10, 10.1),
                cell("poll", 100, 20, 20.1),
                cell("poll", 900, 90, 91));

        // Two lines, in a chart for wide windows and in one for narrow ones.
        assertThat(page.split("<polyline", -1)).hasSize(1 + 2 * 2);
        assertThat(page.split("<polygon", -1)).hasSize(1 + 2 * 2);
        assertThat(page)
                .contains("<a href=\"#rounds-idle\">", "<details id=\"rounds-idle\">")
                .doesNotContain("NaN", "Infinity");
    }

    @Test
    void whatOneShouldKnowOfARowIsMarkedAndExplained() throws Exception {
        CellResult warm = cell("epoll", 0, 10, 10.1);
        CellResult cold = new CellResult(
                warm.varied(),
                warm.settings(),
                warm.outcome(),
                null,
                new CellResult.WarmUp(10, false, 30, 10, null, null, null),
                warm.rounds(),
                null);

        assertThat(page(0.05, cold)).contains(" <b class=\"soft\">w</b>", "<b>w</b>: not yet warm");
        assertThat(page(0.05, warm)).doesNotContain(">w</b>");
    }

    @Test
    void aPhoneShowsAChartOfItsOwn() throws Exception {
        String page = page(0.05, cell("epoll", 0, 10, 10.1), cell("poll", 0, 20, 20.1));

        assertThat(page)
                .contains("<figure class=\"wide\">", "viewBox=\"0 0 860 ")
                .contains("<figure class=\"narrow\">", "viewBox=\"0 0 390 ")
                .contains("@media (max-width: 44rem) { figure.wide { display: none; }");
    }

    @Test
    void twoPointsAreNoLine() throws Exception {
        assertThat(page(0.05, cell("epoll", 0, 10, 10.1), cell("epoll", 900, 11, 11.1)))
                .doesNotContain("<polyline");
    }

    @Test
    void aRowHasAFigureForEachColumn() throws Exception {
        String page = page(0.05, cell("epoll", 0, 10, 10.1, 10), cell("poll", 0, 20, 20.1, 20));

        Matcher table = Pattern.compile("(?s)<th>model, idle</th>.*?</table>").matcher(page);
        assertThat(table.find()).isTrue();
        List<String> rows = List.of(table.group().split("<tr>"));
        int columns = rows.getFirst().split("<th").length;
        assertThat(rows.subList(1, rows.size()))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.split("<td")).hasSize(columns));
    }

    @Test
    void oneRoundHasNoInterval() throws Exception {
        assertThat(page(0.05, cell("epoll", 0, 10))).doesNotContain("Infinity", "NaN");
    }

    @Test
    void aRunThatIsAboutNoClaimHasNoTableOfThem() throws Exception {
        String page = page("mine", 0.05, cell("epoll", 0, 10, 10.1), cell("poll", 0, 20, 20.1));

        assertThat(page).contains("id=\"mine\"").doesNotContain("What tutorials claim");
    }

    @Test
    void thePageLoadsNothingAndShowsTextAsText() throws Exception {
        String page = page(0.05, cell("epoll", 0, 10, 10.1));

        assertThat(page)
                .contains("Does &lt;it&gt; grow?", "<svg")
                .doesNotContain("<script", "src=", "http://", "@import", "<it>");
    }
}
