package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** What is replayed of an access log is what can be asked for again with the same result. */
class TrafficTest {
    @TempDir
    private Path directory;

    private Path log = Path.of("");

    @BeforeEach
    void name() {
        log = directory.resolve("access.jsonl");
    }

    private static String line(String method, String target, int status) {
        return "{\"time\":\"2026-11-22T12:19:05.120Z\",\"method\":\"" + method + "\",\"target\":\""
                + target + "\",\"status\":" + status + ",\"bytes\":1,\"referer\":null}\n";
    }

    private Traffic read(String... lines) throws Exception {
        Files.writeString(log, String.join("", lines));
        return Traffic.read(log, directory);
    }

    @Test
    void targetsAreAskedForAsOftenAsTheLogSays() throws Exception {
        Traffic traffic =
                read(line("GET", "/b", 200), line("GET", "/a?q", 200), line("GET", "/b", 200));

        assertThat(traffic.targets(80))
                .extracting(Target::toString)
                .containsExactly(
                        Target.parse("2 http://127.0.0.1:80/b").toString(),
                        Target.parse("1 http://127.0.0.1:80/a?q").toString());
        assertThat(traffic.words()).isEqualTo("3 requests for 2 URLs; 0 lines left out");
    }

    @Test
    void whatWasNoWholeFileIsLeftOutAndCounted() throws Exception {
        Traffic traffic = read(
                line("GET", "/a", 200),
                line("HEAD", "/a", 200),
                line("GET", "/a", 206),
                line("GET", "/none", 404),
                line("GET", "http://h/a", 200),
                "{\"time\":\"2026-11-22T12:19:05.120Z\",\"dropped\":3}\n");

        assertThat(traffic.pages()).containsExactly(new Traffic.Page("/a", 1));
        assertThat(traffic.left()).isEqualTo(5);
    }

    @Test
    void weightsStayInBoundsAndNothingIsLost() throws Exception {
        Traffic traffic = new Traffic(
                directory,
                List.of(new Traffic.Page("/a", 50_000), new Traffic.Page("/b", 1)),
                1,
                0);

        assertThat(traffic.targets(80)).extracting(Target::weight).containsExactly(1_000, 1);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> read(line("GET", "/a", 200), "not JSON\n"))
                .hasMessageContaining("access.jsonl, line 2: ");
        assertThatThrownBy(() -> read(line("GET", "/a", 404)))
                .hasMessageContaining("has no GET that was answered with 200");
        assertThatThrownBy(() -> Traffic.read(log, directory.resolve("none")))
                .hasMessageContaining("none is no directory");
    }

    @Test
    void onlyTheMostFrequentTargetsAreReplayed() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i <= Traffic.PAGES_MAX; i++) {
            lines.append(line("GET", "/" + i, 200));
        }
        Traffic traffic = read(
                String.join("", Collections.nCopies(2, line("GET", "/often", 200))),
                lines.toString());

        assertThat(traffic.pages()).hasSize(Traffic.PAGES_MAX);
        assertThat(traffic.pages().getFirst()).isEqualTo(new Traffic.Page("/often", 2));
        assertThat(traffic.left()).isEqualTo(2);
    }
}
