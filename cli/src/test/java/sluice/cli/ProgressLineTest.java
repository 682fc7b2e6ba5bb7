package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

final class ProgressLineTest {
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();

    private long now;
    private int columns = 80;

    private ProgressLine line(long done, long total) {
        PrintStream stream = new PrintStream(terminal, true, UTF_8);
        return new ProgressLine(stream, () -> columns, "copying", done, total, () -> now);
    }

    private String drawn(long total, long... steps) {
        ProgressLine line = line(0, total);
        for (long step : steps) {
            line.advance(step);
        }
        line.finish();
        return last();
    }

    /** What the terminal shows last. */
    private String last() {
        String all = terminal.toString(UTF_8);
        return all.substring(all.lastIndexOf('\r') + 1).replace("\u001b[K", "").strip();
    }

    @Test
    void itsLastLineTellsWhatWasDone() {
        assertThat(drawn(4_000_000, 1_000_000, 1_000_000))
                .startsWith("copying [#")
                .endsWith("]  50 % of 4.0 MB");
    }

    @ParameterizedTest
    @CsvSource({"80", "120", "60", "30", "1"})
    void itIsNeverWiderThanTheTerminal(int wide) {
        columns = wide;
        ProgressLine line = line(0, 900_000_000_000L);
        now += 1_000_000_000;
        line.advance(123_456_789);
        assertThat(last()).hasSizeLessThan(Math.max(2, wide));
        assertThat(last().contains("] ")).isEqualTo(wide >= 60);
    }

    @Test
    void itTellsTheRateAndTheTimeLeft() {
        ProgressLine line = line(0, 100_000_000);
        now += 1_000_000_000;
        line.advance(1_000_000);
        assertThat(last()).endsWith("]   1 % of 100 MB, 1.0 MB/s, 1:39 left");
    }

    @Test
    void theFirstMomentTellsNothingOfTheTimeLeft() {
        ProgressLine line = line(0, 100_000_000);
        now += 100_000_000;
        line.advance(10_000);
        assertThat(last()).endsWith("]   0 % of 100 MB, 100 kB/s");
    }

    @Test
    void whatWasThereBeforeTellsNothingOfTheRate() {
        ProgressLine line = line(50_000_000, 100_000_000);
        now += 1_000_000_000;
        line.advance(1_000_000);
        assertThat(last()).endsWith(" 51 % of 100 MB, 1.0 MB/s, 0:49 left");
    }

    @Test
    void theRateIsThatOfTheLastSeconds() {
        ProgressLine line = line(0, 10_000_000_000L);
        for (int second = 0; second < 20; second++) {
            now += 1_000_000_000;
            line.advance(second < 10 ? 100_000_000 : 10_000_000);
        }
        assertThat(last()).endsWith(", 10 MB/s, 14:50 left");
    }

    @Test
    void ofAnUnknownTotalItTellsWhatCame() {
        ProgressLine line = line(0, -1);
        now += 1_000_000_000;
        line.advance(2_000_000);
        assertThat(last()).isEqualTo("copying 2.0 MB, 2.0 MB/s");
    }

    @Test
    void moreThanWasCountedIsNoMoreThanAll() {
        assertThat(drawn(1_000_000, 900_000, 900_000)).endsWith("#] 100 % of 1.0 MB");
    }
}
