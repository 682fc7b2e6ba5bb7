package sluice.server;

/** Which symbolic links below a document root the server follows; for others it answers 404. */
public enum SymlinkPolicy {
    /**
     * Relative links that stay inside the root at every step. Refused: absolute links, also those
     * into the root, and links that leave the root, also those that come back.
     */
    INSIDE,
    /** None, neither to files nor to directories on the path. */
    NONE,
    /** All, wherever they lead: then clients may reach files outside the root. */
    ALL
}
