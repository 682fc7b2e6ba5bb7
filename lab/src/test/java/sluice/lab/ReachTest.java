package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.lab.Findings.cell;
import static sluice.lab.Findings.job;
import static sluice.lab.Findings.run;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A cell misses its limit if the whole interval of its ratio is above, or if there is none. */
class ReachTest {
    @TempDir
    private Path directory;

    private List<Reach.Row> rows(String limits, CellResult... cells) throws Exception {
        return Reach.in(Files.writeString(directory.resolve("reach.toml"), limits))
                .rows(run(job(cells)));
    }

    @Test
    void aRatioIsJudgedByItsInterval() throws Exception {
        CellResult base = cell("nginx", 10, 10.1, 9.9);
        CellResult dearer = cell("sluice", 15, 15.1, 14.9);

        assertThat(rows("[one]\nsluice = 1.3\n", base, dearer)).allMatch(Reach.Row::isMissed);
        assertThat(rows("[one]\nsluice = 1.6\n", base, dearer)).noneMatch(Reach.Row::isMissed);
        assertThat(rows("[one]\nsluice = 1.3\n", base, cell("sluice", 10, 22, 14)))
                .noneMatch(Reach.Row::isMissed);
        String text = Reach.text(rows("[one]\nsluice = 1.3\n", base, dearer));
        assertThat(text).contains("1.50 (", "1.30", "missed");
        assertThat(text.lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void aCellWithoutFiguresMissesItsLimit() throws Exception {
        List<Reach.Row> rows = rows("[one]\nsluice = 9\n", cell("nginx", 10, 10), cell("sluice"));

        assertThat(rows).allMatch(Reach.Row::isMissed);
        assertThat(Reach.text(rows)).contains("missed: not measured");
    }

    @Test
    void onABusyMachineNoLimitIsReached() throws Exception {
        Surroundings busy = new Surroundings(0.5, 0, 0, 0);
        CellResult base = Findings.among(cell("nginx", 10, 10), busy);

        List<Reach.Row> rows = rows("[one]\nnginx = 9\n", base);

        assertThat(rows).allMatch(Reach.Row::isMissed);
        assertThat(Reach.text(rows)).contains("missed: busy machine");
    }

    @Test
    void timeMemoryAndLatencyHaveLimitsToo() throws Exception {
        CellResult nginx = cell("nginx", 10, 10);
        CellResult sluice = cell("sluice", 15, 15); // 1,000 requests of 15 us, in 1 MiB

        List<Reach.Row> rows =
                rows("[one]\nsluice = {cpu_s = 0.01, pss_mb = 2, p99 = 1.0}\n", nginx, sluice);

        assertThat(rows).extracting(Reach.Row::isMissed).containsExactly(true, false, false);
        assertThat(Reach.text(rows))
                .contains("CPU s", "memory MB", "p99 us", "0.01")
                .containsOnlyOnce("missed");
        // Nobody measured how long it took to start.
        assertThat(rows("[one]\nsluice = {start_s = 9}\n", nginx, sluice))
                .allMatch(Reach.Row::isMissed);
        assertThatThrownBy(() -> rows("[one]\nsluice = {speed = 1}\n", nginx, sluice))
                .hasMessage("there is no limit for speed; there are ratio, p99, cpu_s, start_s,"
                        + " pss_mb");
    }

    @Test
    void aJobThatDidNotRunHasNoLimitAndMistakesAreNamed() throws Exception {
        assertThat(rows("[other]\nsluice = 1\n", cell("nginx", 10, 10))).isEmpty();
        assertThatThrownBy(() -> rows("[one]\nx = 1\n", cell("nginx", 10, 10)))
                .hasMessage("job one has no cell x");
        assertThatThrownBy(() -> rows("[one]\nx = \"much\"\n", cell("nginx", 10, 10)))
                .hasMessageContaining("x of one has no number");
        assertThatThrownBy(() -> rows("[one\n", cell("nginx", 10, 10)))
                .hasMessageContaining(", line ");
    }
}
