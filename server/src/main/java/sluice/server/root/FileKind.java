package sluice.server.root;

/** The kinds of file that a file server distinguishes. */
public enum FileKind {
    REGULAR,
    DIRECTORY,
    /** A device, FIFO or socket; the server never opens one for a client. */
    OTHER
}
