package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.client.Transfer;

import java.io.PrintWriter;

/** Shows the progress of a transfer at a terminal, and prints its notes to err. */
final class TransferLine implements Transfer.Listener {
    private final PrintWriter err;
    private @Nullable ProgressLine line;

    TransferLine(PrintWriter err) {
        this.err = err;
    }

    @Override
    public synchronized void begins(String what, long done, long total) {
        finish();
        // Without a known total there is no percentage to show.
        if (total >= 0) {
            line = ProgressLine.at(System.console(), System.err, what, total);
            line.advance(done);
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
