package sluice.io;

import static sluice.io.Sockets.AIO;
import static sluice.io.Sockets.ASYNC;
import static sluice.io.Sockets.NIO;
import static sluice.io.Sockets.RAW;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Set;

/** The ways bytes of a file can reach a socket, by their names. */
public enum Copy {
    /** Whole small answers from memory, everything else by the best path of the sockets in use. */
    AUTO(false, RAW, NIO, ASYNC, AIO),
    /** sendfile(2). */
    SENDFILE(false, RAW),
    /** FileChannel.transferTo. */
    TRANSFER_TO(false, NIO),
    /** splice(2), from the file into a pipe and from there into the socket. */
    SPLICE(false, RAW),
    /** mmap(2), and send(2) of the mapped window. */
    MMAP(true, RAW, NIO),
    /** read + write through an off-heap buffer. */
    DIRECT(true, RAW, NIO, ASYNC, AIO),
    /** read + write through a byte[] and an off-heap buffer: what the tutorials do. */
    HEAP(true, RAW, NIO, ASYNC, AIO),
    /** read, and send(2) with MSG_ZEROCOPY, or IORING_OP_SEND_ZC. */
    ZEROCOPY(true, RAW);

    private final boolean copies;
    private final Set<Sockets> sockets;

    Copy(boolean copies, Sockets... sockets) {
        this.copies = copies;
        this.sockets = Set.of(sockets);
    }

    /** Whether the processor copies a file's bytes into memory of this process, or out of it. */
    public boolean copies() {
        return copies;
    }

    /** Why bytes sometimes go another way than this one's own, or null if they never do. */
    public @Nullable String fallbackReason() {
        return switch (this) {
            case SPLICE -> "no pipe was free";
            case ZEROCOPY -> "no buffer was free, or the kernel could queue no more notifications";
            default -> null;
        };
    }

    /** The kinds of sockets it can send to. */
    Set<Sockets> sockets() {
        return sockets;
    }

    /** The kinds of sockets it can send to, for people. */
    public String socketsInWords() {
        return Sockets.words(sockets);
    }

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
