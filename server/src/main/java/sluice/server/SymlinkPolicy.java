package sluice.server;

/** Which symbolic links below a document root lead anywhere. All others are not found. */
public enum SymlinkPolicy {
    /**
     * Relative links that stay inside the root at every step. Refused: absolute links, also those
     * into the root, and links that leave the root, also those that come back.
     */
    INSIDE,
    /** None, neither for files nor for directories on the way. */
    NONE,
    /** All, wherever they lead: then the root bounds nothing but the names a client can write. */
    ALL
}
