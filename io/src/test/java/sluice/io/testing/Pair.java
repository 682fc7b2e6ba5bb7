package sluice.io.testing;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import sluice.io.IoResult;
import sluice.io.Socket;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.SocketCalls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Two connected sockets: one for a poller to watch, one for the test to be its peer. */
public final class Pair implements AutoCloseable {
    private static final int TYPE =
            SocketCalls.SOCK_STREAM | SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;

    private final MemorySegment byteOfMemory = Arena.ofAuto().allocate(JAVA_BYTE);
    private final int peer;
    private int watched;

    public Pair() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment both = arena.allocate(JAVA_INT, 2);
            int result = SocketCalls.socketpair(SocketCalls.AF_UNIX, TYPE, 0, both.address());
            if (result < 0) {
                throw new IllegalStateException("socketpair: " + Errno.describe(result));
            }
            watched = both.getAtIndex(JAVA_INT, 0);
            peer = both.getAtIndex(JAVA_INT, 1);
        }
    }

    /** Moves the watched end to a descriptor of {@code lowest} or above. */
    public Pair lift(int lowest) {
        watched = FileCalls.lift(watched, lowest);
        return this;
    }

    public Socket socket() {
        return new RawSocket(watched, Kernel.LINUX);
    }

    /** Gives the watched end a byte. */
    public void send() {
        long sent = SocketCalls.send(peer, byteOfMemory.address(), 1, SocketCalls.MSG_NOSIGNAL);
        if (sent != 1) {
            throw new IllegalStateException("send: " + Errno.describe(sent));
        }
    }

    /** Takes a byte from the watched end; {@link IoResult#AGAIN} if there is none. */
    public long take() {
        return SocketCalls.recv(watched, byteOfMemory.address(), 1, 0);
    }

    @Override
    public void close() {
        FileCalls.close(watched);
        FileCalls.close(peer);
    }
}
