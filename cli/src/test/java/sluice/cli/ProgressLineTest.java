package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

final class ProgressLineTest {
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();

    private String drawn(long total, long... steps) {
        PrintStream stream = new PrintStream(terminal, true, UTF_8);
        ProgressLine line = new ProgressLine(stream, "copying", total, () -> 0);
        for (long step : steps) {
            line.advance(step);
        }
        line.finish();
        String all = terminal.toString(UTF_8);
        return all.substring(all.lastIndexOf('\r') + 1).strip();
    }

    @Test
    void itsLastLineTellsWhatWasDone() {
        assertThat(drawn(4_000_000, 1_000_000, 1_000_000))
                .startsWith("copying [#")
                .endsWith("]  50 % of 4.0 MB");
    }

    @Test
    void moreThanWasCountedIsNoMoreThanAll() {
        assertThat(drawn(1_000_000, 900_000, 900_000)).endsWith("#] 100 % of 1.0 MB");
    }
}
