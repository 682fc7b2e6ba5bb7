package sluice.server.root;

/** What a name leads to, as far as a file server cares. */
public enum FileKind {
    REGULAR,
    DIRECTORY,
    /** A device, FIFO or socket; never opened for a client. */
    OTHER
}
