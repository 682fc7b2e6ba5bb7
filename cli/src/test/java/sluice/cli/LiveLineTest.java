package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import sluice.io.Counter;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What a terminal shows of a running server. */
final class LiveLineTest {
    private final Map<Counter, Long> counts = new EnumMap<>(Counter.class);
    private final AtomicLong clock = new AtomicLong();
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final LiveLine line = new LiveLine(
            counter -> counts.getOrDefault(counter, 0L),
            () -> 3,
            clock::get,
            new PrintStream(terminal, true, US_ASCII));

    @Test
    void theRateIsOfTheTimeSinceTheLastLineAndTheRestOfAllTime() {
        counts.put(Counter.REQUESTS, 100L);
        counts.put(Counter.BYTES_FROM_FILES, 5_000_000L);
        counts.put(Counter.BYTES_COPIED, 1_000_000L);
        counts.put(Counter.BYTES_FROM_MEMORY, 1_000_000L);
        counts.put(Counter.FILE_CHANGED, 1L);
        counts.put(Counter.STALLED, 1L);
        counts.put(Counter.COLD_CHUNKS, 7L);
        clock.addAndGet(2_000_000_000);
        assertThat(line.text())
                .isEqualTo("3 open, 50 requests/s, by kernel 4.0 MB, by user 2.0 MB, reset 2,"
                        + " cold 7");
        counts.put(Counter.REQUESTS, 130L);
        clock.addAndGet(1_000_000_000);
        assertThat(line.text()).startsWith("3 open, 30 requests/s, ");
    }

    /** A longer line could not be written over: the terminal would begin another. */
    @Test
    void itIsAtMostAsLongAsATerminalIsWide() {
        for (Counter counter : Counter.values()) {
            counts.put(counter, Long.MAX_VALUE >> 4);
        }
        clock.addAndGet(1);
        assertThat(line.text().length()).isLessThan(80);
    }

    @Test
    void theCursorStaysAtItsBeginAndTheEndErasesIt() {
        assertThat(line.draw()).isTrue();
        assertThat(terminal.toString(US_ASCII)).endsWith("\u001b[K\r").doesNotContain("\n");
        line.end();
        assertThat(terminal.toString(US_ASCII)).endsWith("\r\u001b[K");
        assertThat(line.draw()).isFalse();
    }
}
