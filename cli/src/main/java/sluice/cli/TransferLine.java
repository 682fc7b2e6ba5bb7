package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.client.Transfer;

import java.io.PrintWriter;

/** Shows the progress of a transfer at a terminal, and prints its notes to err. */
final class TransferLine implements Transfer.Listener {
    private final PrintWriter err;
    private final boolean draws;
    private @Nullable ProgressLine line;

    /** {@code draws} is false if the terminal gets something else, too. */
    TransferLine(PrintWriter err, boolean draws) {
        this.err = err;
        this.draws = draws;
    }

    @Override
    public synchronized void begins(String what, long done, long total) {
        finish();
        if (draws) {
            line = ProgressLine.onStderr(what, done, total);
            line.advance(0);
        }
    }

    @Override
    public synchronized void moved(long octets) {
        if (line != null) {
            line.advance(octets);
        }
    }

    @Override
    public synchronized void note(String words) {
        finish();
        err.println("sluice: " + words);
    }

    /** Ends the progress line. */
    synchronized void finish() {
        if (line != null) {
            line.finish();
            line = null;
        }
    }
}
