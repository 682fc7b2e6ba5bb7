package sluice.io.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What sluice.io has logged at warning level or above; a test takes what it expects. */
public final class Logs {
    private static final Queue<String> LINES = new ConcurrentLinkedQueue<>();
    /** Held, so that its handler stays. */
    private static final Logger LOGGER = Logger.getLogger("sluice.io");

    static {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
                    Throwable thrown = record.getThrown();
                    LINES.add(record.getMessage() + (thrown == null ? "" : ": " + thrown));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    private Logs() {}

    /** The lines since the last call, once one of them contains this. */
    public static List<String> await(String part) {
        List<String> lines = new ArrayList<>();
        Await.until("logged: " + part, () -> {
            lines.addAll(take());
            return lines.stream().anyMatch(line -> line.contains(part));
        });
        return lines;
    }

    /** The lines since the last call. */
    public static List<String> take() {
        List<String> lines = new ArrayList<>();
        for (String line = LINES.poll(); line != null; line = LINES.poll()) {
            lines.add(line);
        }
        return lines;
    }
}
