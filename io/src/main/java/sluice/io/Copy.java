package sluice.io;

import java.util.Locale;

/** The ways bytes of a file can reach a socket, by their names. */
public enum Copy {
    /** Whole small answers from memory, everything else by the best path of the sockets in use. */
    AUTO,
    /** sendfile(2). */
    SENDFILE,
    /** FileChannel.transferTo. */
    TRANSFER_TO,
    /** read + write through an off-heap buffer. */
    DIRECT;

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
