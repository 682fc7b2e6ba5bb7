package sluice.io;

import static sluice.io.SocketKind.AIO;
import static sluice.io.SocketKind.ASYNC;
import static sluice.io.SocketKind.NIO;
import static sluice.io.SocketKind.RAW;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Set;

/** Copy paths: how bytes of a file get to a socket. */
public enum CopyMode {
    /** Small files from memory, all others by the best path for the sockets in use. */
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
    /** read + write through a byte[] and an off-heap buffer, as tutorials do. */
    HEAP(true, RAW, NIO, ASYNC, AIO),
    /** read, and send(2) with MSG_ZEROCOPY, or IORING_OP_SEND_ZC. */
    ZEROCOPY(true, RAW);

    /**
     * The largest region that {@link #AUTO} copies. What is copied cannot change any more, where
     * lent pages show a later truncation as zeros; up to this size it costs no more processor time
     * (docs/copy-paths.md has the measurement).
     */
    public static final int COPIED_MAX = 40 << 10;

    private final boolean copies;
    private final Set<SocketKind> sockets;

    CopyMode(boolean copies, SocketKind... sockets) {
        this.copies = copies;
        this.sockets = Set.of(sockets);
    }

    /** Whether the processor copies the bytes into or out of memory of this process. */
    public boolean copies() {
        return copies;
    }

    /** Why bytes sometimes take another path instead, or null if they never do. */
    public @Nullable String fallbackReason() {
        return switch (this) {
            case SPLICE -> "no pipe was free";
            case ZEROCOPY -> "no buffer was free, or the kernel could queue no more notifications";
            default -> null;
        };
    }

    /** The kinds of sockets it can send to. */
    Set<SocketKind> sockets() {
        return sockets;
    }

    /** The kinds of sockets it can send to, for the user. */
    public String socketsInWords() {
        return SocketKind.words(sockets);
    }

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
