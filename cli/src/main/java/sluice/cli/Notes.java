package sluice.cli;

import java.io.PrintWriter;
import java.time.Instant;

/** What a running server tells its user on stderr, a line each with the time. Any thread. */
final class Notes {
    private final PrintWriter err;

    Notes(PrintWriter err) {
        this.err = err;
    }

    void say(String words) {
        err.println(LogLines.line(Instant.now(), words));
        err.flush();
    }
}
