package sluice.io.blocking;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.CopyPath;
import sluice.io.Counters;
import sluice.io.FileChunk;
import sluice.io.IoResult;
import sluice.io.LoopResources;
import sluice.io.Socket;
import sluice.io.copy.Sendfile;
import sluice.io.readiness.Poller;
import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits by parking: every call on the socket returns at once, and if the socket is not ready, the
 * thread parks at a {@link ReadinessGate}. A virtual thread that parks releases its carrier; inside
 * a system call it would hold it. So workers make calls that may wait for a disk: sends from files
 * here, and in {@link BlockingLoop#offload} the work that a protocol offloads.
 *
 * <p>Two calls remain on the carrier: fstat before a file is released, and close(2), which a
 * network file system may delay.
 */
final class ParkingWait implements Waiting {
    /** Bytes per send of a worker for one connection, before it serves the next one. */
    private static final long PIECE = 1 << 20;
    /** Virtual threads are not preempted: one that never waits yields after this many calls. */
    private static final int CALLS_BEFORE_YIELD = 16;
    /** Stands for the copy path of bytes in memory, which need none. */
    private static final CopyPath UNUSED = new Sendfile(new Counters());

    private final VirtualThreads threads;
    private final Socket socket;
    private final LoopResources resources;
    private final ReadinessGate gate;
    private final FileSend fileSend = new FileSend();
    private @Nullable Block scratch;
    /** Whether the connect was started, which happens once; the first receive follows its end. */
    private boolean connecting;

    private int calls;

    /** Called on the connection's own thread. */
    ParkingWait(VirtualThreads threads, Socket socket) {
        this.threads = threads;
        this.socket = socket;
        resources = threads.resources();
        gate = threads.parking().gate(socket);
    }

    /** A send that a worker makes while the connection's thread is parked. */
    private final class FileSend implements Runnable {
        private final Thread thread = Thread.currentThread();
        private @Nullable Chunk chunk;
        private boolean more;
        private long result;
        private @Nullable Throwable failure;
        /** The worker writes it last: after that the connection owns the other fields again. */
        private volatile boolean done;

        long call(Chunk whole, boolean another) {
            chunk = whole;
            more = another;
            failure = null;
            done = false;
            threads.workers().execute(this);
            // Nothing ends this wait early: the worker uses the socket and the file.
            while (!done) {
                LockSupport.park(this);
            }
            if (failure != null) {
                throw new IllegalStateException("a send from a file failed", failure);
            }
            return result;
        }

        @Override
        public void run() {
            CopyPath path = threads.takePath();
            try {
                result = Objects.requireNonNull(chunk).sendTo(socket, path, PIECE, more);
            } catch (Throwable mistake) {
                failure = mistake;
            } finally {
                threads.givePath(path);
                done = true;
                LockSupport.unpark(thread);
            }
        }
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public boolean canResume() {
        return true;
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    @Override
    public void begin() {
        gate.forget(ReadinessGate.WOKEN);
    }

    @Override
    public void interrupt(boolean output) {
        gate.wake();
    }

    @Override
    public long connect(InetSocketAddress remote) {
        if (!connecting) {
            gate.forget(Poller.WRITE);
            long result = socket.connect(remote);
            if (result != -Errno.EINPROGRESS) {
                return result;
            }
            connecting = true;
        }
        long told = gate.await(Poller.CONNECT);
        if (told < 0) {
            return told;
        }
        return (told & (Poller.WRITE | Poller.BROKEN)) == 0
                ? IoResult.AGAIN
                : socket.finishConnect();
    }

    @Override
    public long handshake() {
        gate.forget(Poller.READ | Poller.WRITE);
        long outcome = socket.handshake();
        if (outcome == IoResult.AGAIN) {
            return await(Poller.READ);
        }
        return outcome == IoResult.NO_ROOM ? await(Poller.WRITE) : outcome;
    }

    /** Takes a block only while it has bytes: a waiting thread holds none. */
    @Override
    public long receive() {
        gate.forget(Poller.READ);
        Block block = threads.takeScratch();
        long received = socket.receive(block, 0, Block.RECEIVE_SIZE);
        if (received > 0) {
            scratch = block;
            yieldAtTimes();
            return received;
        }
        threads.giveScratch(block);
        return received == IoResult.AGAIN ? await(Poller.READ) : received;
    }

    @Override
    public @Nullable Block scratch() {
        return scratch;
    }

    @Override
    public void taken() {
        if (scratch != null) {
            threads.giveScratch(scratch);
            scratch = null;
        }
    }

    @Override
    public boolean readable() {
        if (socket.holdsInput()) {
            return true;
        }
        gate.forget(Poller.READ);
        gate.ask(Poller.READ);
        // If the socket cannot be watched, the next receive reports the error.
        return gate.await(Poller.READ) != ReadinessGate.WOKEN;
    }

    @Override
    public long send(Chunk chunk, boolean more) {
        gate.forget(Poller.WRITE);
        long sent = chunk instanceof FileChunk
                ? fileSend.call(chunk, more)
                : chunk.sendTo(socket, UNUSED, PIECE, more);
        if (sent == IoResult.AGAIN) {
            return await(Poller.WRITE);
        }
        yieldAtTimes();
        return sent;
    }

    /** Waits, then makes the caller try again. */
    private long await(int events) {
        calls = 0;
        long told = gate.await(events);
        return told < 0 ? told : IoResult.AGAIN;
    }

    private void yieldAtTimes() {
        calls++;
        if (calls == CALLS_BEFORE_YIELD) {
            calls = 0;
            Thread.yield();
        }
    }

    @Override
    public void close() {
        gate.close();
    }

    @Override
    public void end() {
        taken();
    }
}
