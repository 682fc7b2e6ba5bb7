package sluice.io.socket;

/**
 * Whether a listener shares its port with others. On Linux, SO_REUSEPORT lets every process of this
 * user share, too (socket(7)): a second server would take a part of the first one's clients, and
 * neither would know. So the first listener of a server listens alone, and fails if anybody listens
 * there; only then does it let the others of its server join.
 */
public enum PortSharing {
    /** The only listener on its port. */
    ALONE,
    /**
     * Listens alone, and then lets others join. The option comes after listen(2), which checks for
     * other listeners again: of two servers that start at the same time, both may have bound the
     * port, because SO_REUSEADDR lets sockets share it that do not listen.
     */
    FIRST,
    /** Joins a listener that lets it. */
    JOINS
}
