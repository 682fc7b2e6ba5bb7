package sluice.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ResourceBundle;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The log of the command: each record is one line on stderr, as is what a running server tells its
 * user. Replaces java.util.logging, whose records take two lines and more.
 */
public final class LogLines extends System.LoggerFinder {
    /** Enough to see which part of the program failed; a line that is cut is no line. */
    private static final int FRAMES_MAX = 24;
    /** Erases up to the end of the line (ECMA-48, EL): what {@link LiveLine} drew there. */
    private static final String ERASE = "\u001b[K";

    private static volatile boolean underLiveLine;

    /** Called by the JDK. */
    public LogLines() {}

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Log(name);
    }

    /** Whether the terminal has a live line, which a record must erase. */
    static void setUnderLiveLine(boolean is) {
        underLiveLine = is;
    }

    /** A line that begins with who speaks and when. */
    static String line(Instant time, String words) {
        return (underLiveLine ? ERASE : "")
                + "sluice: " + time.truncatedTo(ChronoUnit.SECONDS) + " "
                + words.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    /** The words of a record: level unless INFO, message, and where an error came from. */
    static String words(System.Logger.Level level, String message, @Nullable Throwable thrown) {
        String mark = level == System.Logger.Level.INFO ? "" : level.getName().toLowerCase() + ": ";
        return mark + message + (thrown == null ? "" : ": " + cause(thrown));
    }

    /** An IOException is the system's answer; of others only we can tell what went wrong. */
    private static String cause(Throwable thrown) {
        if (thrown instanceof IOException failure) {
            return Failures.inWords(failure);
        }
        String below = thrown.getCause() == null ? "" : "; caused by " + cause(thrown.getCause());
        return thrown
                + Stream.of(thrown.getStackTrace())
                        .limit(FRAMES_MAX)
                        .map(frame -> " at " + frame)
                        .collect(Collectors.joining())
                + below;
    }

    /** Tells records of ours from INFO on, and those of the JDK from WARNING on. */
    private record Log(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            Level least = name.startsWith("sluice") ? Level.INFO : Level.WARNING;
            return level != Level.OFF && level.getSeverity() >= least.getSeverity();
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                System.err.println(
                        line(Instant.now(), words(level, text(bundle, message), thrown)));
            }
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... values) {
            if (isLoggable(level)) {
                String text = text(bundle, format);
                boolean plain = values == null || values.length == 0;
                String said = plain ? text : MessageFormat.format(text, values);
                System.err.println(line(Instant.now(), words(level, said, null)));
            }
        }

        private static String text(@Nullable ResourceBundle bundle, @Nullable String message) {
            String text = message == null ? "" : message;
            return bundle != null && bundle.containsKey(text) ? bundle.getString(text) : text;
        }
    }
}
