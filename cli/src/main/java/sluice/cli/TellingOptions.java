package sluice.cli;

import picocli.CommandLine.Option;

import java.io.Console;
import java.util.List;

/** Options for what the server tells of its work. */
final class TellingOptions {
    /** Rows that must stay beside a QR code: its address, and the live line below. */
    private static final int ROWS_BESIDE = 2;

    @Option(
            names = "--explain",
            description =
                    "add Sluice-Path and Server-Timing response headers that say how the body will"
                            + " be sent, and how long the lookup took")
    private boolean explain;

    @Option(names = "--quiet", description = "draw no live line and no QR code on a terminal")
    private boolean quiet;

    boolean explains() {
        return explain;
    }

    /** Whether stdout is a terminal that the user lets us draw on. */
    boolean drawsOnTerminal(boolean stdoutIsLog) {
        Console console = System.console();
        return !quiet && !stdoutIsLog && console != null && console.isTerminal();
    }

    /** A QR code for the terminal that gets the addresses; no lines if there is none to draw on. */
    List<String> drawing(String address, boolean stdoutIsLog) {
        int terminal = stdoutIsLog ? Terminal.STDERR : Terminal.STDOUT;
        return quiet
                ? List.of()
                : QrLines.of(
                        address, Terminal.columns(terminal), Terminal.rows(terminal) - ROWS_BESIDE);
    }
}
