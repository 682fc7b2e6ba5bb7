package sluice.io;

import static sluice.io.Sockets.NIO;
import static sluice.io.Sockets.RAW;

import java.util.Locale;
import java.util.Set;

/** The ways bytes of a file can reach a socket, by their names. */
public enum Copy {
    /** Whole small answers from memory, everything else by the best path of the sockets in use. */
    AUTO(RAW, NIO),
    /** sendfile(2). */
    SENDFILE(RAW),
    /** FileChannel.transferTo. */
    TRANSFER_TO(NIO),
    /** read + write through an off-heap buffer. */
    DIRECT(RAW, NIO);

    private final Set<Sockets> sockets;

    Copy(Sockets... sockets) {
        this.sockets = Set.of(sockets);
    }

    /** The kinds of sockets it can send to. */
    Set<Sockets> sockets() {
        return sockets;
    }

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
