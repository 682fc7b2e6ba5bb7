package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;

/** Records of the log: one line each, whatever is in them. */
final class LogLinesTest {
    @Test
    void aLineSaysWhoSpeaksAndWhen() {
        assertThat(LogLines.line(Instant.ofEpochMilli(1_500), "words"))
                .isEqualTo("sluice: 1970-01-01T00:00:01Z words");
    }

    /** Names of files may have line ends and control sequences of a terminal. */
    @Test
    void nothingInARecordEndsTheLineOrReachesTheTerminal() {
        assertThat(LogLines.line(Instant.EPOCH, "a\r\nb\u001b[2J\tc\n"))
                .isEqualTo("sluice: 1970-01-01T00:00:00Z a b [2J c");
    }

    @Test
    void aRecordNamesItsLevelUnlessThatIsTheUsual() {
        assertThat(LogLines.words(System.Logger.Level.INFO, "words", null)).isEqualTo("words");
        assertThat(LogLines.words(System.Logger.Level.WARNING, "words", null))
                .isEqualTo("warning: words");
    }

    @Test
    void whatTheSystemRefusedIsToldInWords() {
        assertThat(LogLines.words(
                        System.Logger.Level.ERROR, "cannot", new NoSuchFileException("/a")))
                .isEqualTo("error: cannot: /a does not exist");
        assertThat(Failures.inWords(new ClosedChannelException())).isEqualTo("closed channel");
        assertThat(Failures.inWords(new IOException("disk full"))).isEqualTo("disk full");
    }

    @Test
    void aFaultOfOursIsToldWithWhereItHappened() {
        var fault = new IllegalStateException("both", new IOException("below"));
        String words = LogLines.words(System.Logger.Level.ERROR, "a task failed", fault);
        assertThat(words)
                .startsWith("error: a task failed: java.lang.IllegalStateException: both at ")
                .contains("LogLinesTest.aFaultOfOurs")
                .endsWith("; caused by below")
                .hasLineCount(1);
    }

    @Test
    void theJdkUsesIt() {
        System.Logger ours = System.getLogger("sluice.io");
        assertThat(ours.getClass().getName()).startsWith(LogLines.class.getName());
        assertThat(ours.isLoggable(System.Logger.Level.INFO)).isTrue();
        assertThat(ours.isLoggable(System.Logger.Level.DEBUG)).isFalse();
        assertThat(System.getLogger("elsewhere").isLoggable(System.Logger.Level.INFO))
                .isFalse();
    }
}
