package sluice.io;

import java.util.Locale;

/** How connections are spread over loops. */
public enum Reactor {
    /** One loop accepts and serves. */
    SINGLE,
    /** One loop moves bytes; workers decode, resolve and encode, and may block. */
    WORKERS,
    /** A main loop accepts and hands each connection to the least loaded of several sub-loops. */
    MAIN_SUB;

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
