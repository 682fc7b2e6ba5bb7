package sluice.cli;

import sluice.linux.Linux;
import sluice.linux.TerminalCalls;

import java.io.Console;

/** The terminals that stdout and stderr of this process may be. */
final class Terminal {
    static final int STDOUT = 1;
    static final int STDERR = 2;
    /** Of a terminal that does not tell its size. */
    private static final int USUAL = 80;

    private Terminal() {}

    /** Columns of the terminal behind a descriptor; 0 if there is none. */
    static int columns(int descriptor) {
        if (!Linux.available()) {
            Console console = System.console();
            return console != null && console.isTerminal() ? USUAL : 0;
        }
        int columns = TerminalCalls.columns(descriptor);
        return columns == 0 ? USUAL : Math.max(0, columns);
    }

    /** Rows of the terminal behind a descriptor; 0 if there is none, or it does not tell. */
    static int rows(int descriptor) {
        return Linux.available() ? Math.max(0, TerminalCalls.rows(descriptor)) : 0;
    }
}
