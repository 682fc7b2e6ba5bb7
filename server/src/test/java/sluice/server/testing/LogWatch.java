package sluice.server.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What our code logs while this is open; it is kept from the console. */
public final class LogWatch implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    /** Held, because the JDK holds loggers weakly. */
    private final Logger logger = Logger.getLogger("sluice");

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLoggerName() + ": " + entry.getMessage() + causes(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    public LogWatch() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    private static String causes(LogRecord entry) {
        Throwable thrown = entry.getThrown();
        return thrown == null
                ? ""
                : " " + thrown + " " + List.of(thrown.getStackTrace()).getFirst();
    }

    public List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }
}
