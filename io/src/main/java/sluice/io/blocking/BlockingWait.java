package sluice.io.blocking;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.CopyPath;
import sluice.io.LoopResources;
import sluice.io.Socket;
import sluice.io.loop.LoopSettings;
import sluice.linux.Errno;

import java.lang.foreign.Arena;
import java.net.InetSocketAddress;

/**
 * Waits inside the system call. Only a shutdown(2) of the socket wakes a thread inside recv, and it
 * ends the connection. So a wait is interrupted only when the connection ends anyway: when its time
 * is up, when a drain finds it idle, and when the server stops.
 *
 * <p>A shutdown for sends would send FIN, and tell the client that a partial response is complete.
 * So a send ends by its time limit.
 */
final class BlockingWait implements Waiting {
    /**
     * Bytes per blocking send. The call returns when the socket has taken all of them, so a client
     * that takes a KiB per second is not reset as stalled after a minute.
     */
    private static final long PIECE = 64 << 10;
    /** How late at most a thread inside send(2) learns that it is to stop. */
    private static final int SEND_MILLIS = 500;
    /** One connection needs a block for kept bytes and a queue for output. */
    private static final int BUFFERS = 1;

    private final Socket socket;
    private final Arena arena = Arena.ofConfined();
    private final LoopResources resources;
    private final CopyPath path;
    private final Block scratch;
    /** Whether sends end by themselves. */
    private final boolean limited;

    /** Called on the connection's own thread. */
    BlockingWait(Socket socket, LoopSettings settings) {
        this.socket = socket;
        resources = settings.resources(arena, settings.limits().withBuffersPerLoop(BUFFERS));
        path = settings.backend().path(resources, settings.copying());
        scratch = resources.newBlock();
        limited = socket.limitSends(SEND_MILLIS);
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public boolean canResume() {
        return false;
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    @Override
    public void begin() {}

    /**
     * Other threads touch a descriptor only while its thread waits, and its thread never closes it
     * then: so they cannot hit one that was closed and reused. A java.nio channel, whose sends have
     * no time limit, may be closed by any thread; that resets the connection.
     */
    @Override
    public void interrupt(boolean output) {
        if (!output) {
            socket.shutdownInput();
        } else if (!limited) {
            socket.abort();
        }
    }

    /** The time limit of sends would end a connect, too (socket(7)). */
    @Override
    public long connect(InetSocketAddress remote) {
        socket.limitSends(0);
        long result = socket.connect(remote);
        socket.limitSends(SEND_MILLIS);
        return result;
    }

    /** A socket that blocks waits for what its handshake needs. */
    @Override
    public long handshake() {
        return socket.handshake();
    }

    @Override
    public long receive() {
        return socket.receive(scratch, 0, Block.RECEIVE_SIZE);
    }

    @Override
    public Block scratch() {
        return scratch;
    }

    @Override
    public void taken() {}

    /** The next receive reports what ended the wait. */
    @Override
    public boolean readable() {
        long there;
        do {
            there = socket.peek(scratch);
        } while (there == -Errno.EINTR);
        return true;
    }

    /** Retries a java.nio transfer that moved nothing until the deadline. */
    @Override
    public long send(Chunk chunk, boolean more) {
        return chunk.sendTo(socket, path, PIECE, more);
    }

    @Override
    public void close() {}

    @Override
    public void end() {
        path.close();
        arena.close();
    }
}
