package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Reads which sends with MSG_ZEROCOPY have completed, from the error queues of sockets (the
 * kernel's Documentation/networking/msg_zerocopy.rst). The kernel numbers the sends of a socket
 * from 0; one message reports a range of them. One thread at a time.
 */
public final class ErrorQueue {
    static final int ORIGIN_ZEROCOPY = 5;
    static final int CODE_COPIED = 1;
    static final int MSGHDR_SIZE = 56;
    static final int MSGHDR_CONTROL = 32;
    static final int MSGHDR_CONTROL_LENGTH = 40;
    static final int CMSGHDR_SIZE = 16;
    /** Offsets in struct sock_extended_err. */
    static final int ORIGIN = 4;

    static final int CODE = 6;
    static final int INFO = 8;
    static final int DATA = 12;
    /** Enough for a header, an error and the address it came from. */
    private static final int CONTROL_SIZE = 128;

    private final MemorySegment message;
    private final MemorySegment control;
    private int first;
    private int last;
    private boolean copied;

    public ErrorQueue(Arena arena) {
        message = arena.allocate(MSGHDR_SIZE, Long.BYTES);
        control = arena.allocate(CONTROL_SIZE, Long.BYTES);
        message.set(JAVA_LONG, MSGHDR_CONTROL, control.address());
    }

    /**
     * Takes the next message from a socket's error queue.
     *
     * @return 1 if {@link #first}, {@link #last} and {@link #copied} describe completed sends; 0 if
     *     the message reported something else; {@code -EAGAIN} if the queue was empty
     */
    public int next(Kernel kernel, int socket) {
        message.set(JAVA_LONG, MSGHDR_CONTROL_LENGTH, CONTROL_SIZE);
        long result = kernel.recvmsg(socket, message.address(), SocketCalls.MSG_ERRQUEUE);
        if (result < 0) {
            return (int) result;
        }
        boolean told = message.get(JAVA_LONG, MSGHDR_CONTROL_LENGTH) >= CMSGHDR_SIZE + DATA
                && control.get(JAVA_BYTE, CMSGHDR_SIZE + ORIGIN) == ORIGIN_ZEROCOPY;
        if (!told) {
            return 0;
        }
        first = control.get(JAVA_INT, CMSGHDR_SIZE + INFO);
        last = control.get(JAVA_INT, CMSGHDR_SIZE + DATA);
        copied = (control.get(JAVA_BYTE, CMSGHDR_SIZE + CODE) & CODE_COPIED) != 0;
        return 1;
    }

    /** The number of the first completed send: 32 bits, then wraps around to 0. */
    public int first() {
        return first;
    }

    /** The number of the last completed send. */
    public int last() {
        return last;
    }

    /** Whether the kernel copied the bytes after all, as it does for peers on this machine. */
    public boolean copied() {
        return copied;
    }
}
