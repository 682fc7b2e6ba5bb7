package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** What answers have cost, as their access log tells it. */
class CostTest {
    @TempDir
    private Path directory;

    private Path root;
    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void plant() throws IOException {
        root = Files.createDirectory(directory.resolve("site"));
    }

    private void answer(String target, long bytes, String path, String cpu) {
        lines.add("{\"time\":\"2026-11-28T00:00:00Z\",\"method\":\"GET\",\"target\":\"" + target
                + "\",\"status\":200,\"bytes\":" + bytes + ",\"cpu_us\":" + cpu
                + ",\"complete\":true,\"path\":\"" + path + "\"}");
    }

    private CostReport report(boolean withRoot) throws IOException {
        Path log = Files.write(directory.resolve("access.jsonl"), lines);
        CostReport report = Cost.of(log, withRoot ? root : null);
        assertThat(report.text().lines()).allMatch(line -> line.length() <= 100);
        return report;
    }

    @Test
    void theDearestUrlsComeFirstWhateverTheirQueries() throws Exception {
        answer("/cheap", 10, "memory", "5.0");
        answer("/dear?a=1", 2_000_000_000, "sendfile", "700.0");
        answer("/dear?a=2", 2_000_000_000, "sendfile", "300.0");

        CostReport report = report(false);

        assertThat(report.urls())
                .containsExactly(
                        new CostReport.OfUrl("/dear", 2, 4_000_000_000L, 1_000),
                        new CostReport.OfUrl("/cheap", 1, 10, 5));
        assertThat(report.paths().getFirst())
                .isEqualTo(new CostReport.OfPath(
                        "sendfile", 2, 4_000_000_000L, 2, 4_000_000_000L, 1_000));
        assertThat(report.text())
                .containsPattern("sendfile +2 +4.0 GB +0.001 +500.0 +0.000\n")
                .contains("found with --root");
    }

    @Test
    void whatCannotBeReadIsCountedAndWhatIsNotKnownIsNotInvented() throws Exception {
        answer("/a", 10, "memory", "null");
        lines.add("{\"time\":\"2026-11-28T00:00:00Z\",\"dropped\":7}");
        lines.add("no JSON");
        lines.add("{\"status\":\"200\"}");
        lines.add("");

        CostReport report = report(false);

        assertThat(report.answers()).isEqualTo(1);
        assertThat(report.badLines()).isEqualTo(3);
        assertThat(report.lostLines()).isEqualTo(7);
        assertThat(report.unknown()).isEqualTo(1);
        assertThat(report.text())
                .containsPattern("memory +1 +10 B +0.000 +unknown +unknown\n")
                .contains("3 lines could not be read", "dropped 7 lines", "not known");
    }

    @Test
    void answersWithoutAUrlHaveARowAfterAllOthers() throws Exception {
        answer("/a", 10, "memory", "1.0");
        for (int i = 0; i < 2; i++) {
            lines.add("{\"method\":null,\"target\":null,\"status\":400,\"bytes\":20,"
                    + "\"cpu_us\":5.0,\"path\":\"memory\"}");
        }

        CostReport report = report(false);

        assertThat(report.urls())
                .containsExactly(
                        new CostReport.OfUrl("/a", 1, 10, 1),
                        new CostReport.OfUrl(null, 2, 40, 10));
        assertThat(report.text()).containsPattern("\\(no URL: malformed requests\\) +2 +40 B");
    }

    @Test
    void aLogWithoutAnswersGetsASentenceAndNoTable() throws Exception {
        lines.add("no JSON");

        assertThat(report(true).text())
                .endsWith("access.jsonl: no line tells of an answer\n"
                        + "  1 line could not be read and told nothing\n");
    }

    @Test
    void aLineWithoutAnEndTakesNoMoreMemoryThanOneOfAServer() throws Exception {
        answer("/a", 10, "memory", "1.0");
        lines.add("x".repeat(20 << 20));
        answer("/a", 10, "memory", "1.0");

        CostReport report = report(false);

        assertThat(report.answers()).isEqualTo(2);
        assertThat(report.badLines()).isEqualTo(1);
    }

    @Test
    void moreUrlsThanAreRememberedLeaveTheDearestAndTellWhatTheyMayLack() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            answer("/once/" + i, 10, "memory", "1.0");
            if (i % 100 == 0) {
                answer("/often", 10, "memory", "50.0");
            }
        }

        CostReport report = report(false);

        assertThat(report.urls().getFirst())
                .isEqualTo(new CostReport.OfUrl("/often", 200, 2_000, 10_000));
        assertThat(report.urlsMayLack()).isBetween(1.0, 10.0);
        assertThat(report.text()).contains("may lack up to 0.000 s");
    }

    @Test
    void whatPrecompressingWouldSaveIsFoundByCompressing() throws Exception {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        Files.writeString(root.resolve("a page.html"), "text ".repeat(2_000));
        Files.write(root.resolve("noise.txt"), noise);
        Files.writeString(root.resolve("done.css"), "text ".repeat(2_000));
        Files.writeString(root.resolve("done.css.gz"), "there");
        Files.writeString(root.resolve("film.mp4"), "text ".repeat(2_000));
        Files.writeString(directory.resolve("outside.html"), "text ".repeat(2_000));
        answer("/a%20page.html", 10_000, "memory", "5.0");
        answer("/a%20page.html", 10_000, "memory", "5.0");
        answer("/a%20page.html", 60, "memory", "5.0"); // compressed already
        answer("/noise.txt", 10_000, "memory", "5.0");
        answer("/done.css", 10_000, "memory", "5.0");
        answer("/film.mp4", 10_000, "memory", "5.0");
        answer("/../outside.html", 10_000, "memory", "5.0");
        answer("/nothing%00", 10_000, "memory", "5.0");
        answer("/bad%zz", 10_000, "memory", "5.0");

        CostReport report = report(true);

        CostReport.Savings savings = Objects.requireNonNull(report.savings());
        assertThat(savings.files()).singleElement().satisfies(file -> {
            assertThat(file.target()).isEqualTo("/a%20page.html");
            assertThat(file.answers()).isEqualTo(2);
            assertThat(file.size()).isEqualTo(10_000);
            assertThat(file.gzip()).isBetween(20L, 200L);
            assertThat(file.sampled()).isFalse();
        });
        assertThat(savings.bytes()).isBetween(19_600L, 19_960L);
        assertThat(report.text()).contains("if every client takes gzip", "/a%20page.html");
        assertThat(report.json()).contains("\"savings\"", "\"cpuMicros\"");
    }

    @Test
    void nothingOfAClientReachesTheTerminalAsACommand() throws Exception {
        answer("/\\u001b[2J", 10, "memory", "5.0");

        assertThat(report(false).text()).contains("/?[2J").doesNotContain("\u001b");
    }
}
