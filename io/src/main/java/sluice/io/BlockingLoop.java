package sluice.io;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A loop of one connection on a thread of its own, whose calls block: nothing to arm and nothing to
 * ask, and a thread and a buffer per connection is the price. Nothing wakes a thread inside recv or
 * send but a shutdown(2) of the socket, so only what ends the connection anyway does that: time
 * that is up, a drain that finds it idle, and the end of the server.
 */
final class BlockingLoop implements EventLoop, Transport, Runnable {
    /** What the thread is waiting for. */
    private enum Wait {
        NOTHING,
        /** Bytes to receive, or a connect. */
        INPUT,
        /** Room to send. */
        OUTPUT,
        /** A posted task. */
        TASK
    }

    /**
     * Bytes per blocking send. The call returns when all are taken, so whoever takes a KiB per
     * second is not torn as stalled after a minute.
     */
    private static final long PIECE = 64 << 10;
    /** One connection needs a block for bytes it keeps and a queue for what it sends. */
    private static final int BUFFERS = 1;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final ThreadPerConnection threads;
    private final Cell cell;
    private final Arena arena = Arena.ofConfined();
    private final LoopResources resources;
    private final Socket socket;
    private final @Nullable InetSocketAddress remote;
    private final Connection connection;
    private final CopyPath path;
    private final Block scratch;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private @Nullable Chunk sending;
    private boolean more;
    private boolean receiving = true;
    private boolean closed;

    // Under this object's lock. The socket is never closed while the thread waits, and only then do
    // other threads touch it: a descriptor that was closed and given to somebody else is safe.
    private Wait wait = Wait.NOTHING;
    private long waitDeadline;
    private boolean idle;
    private boolean interrupted;

    /** Called on the connection's own thread; {@code remote} is what to connect to, if anything. */
    BlockingLoop(
            ThreadPerConnection threads,
            Socket socket,
            Service service,
            @Nullable InetSocketAddress remote) {
        this.threads = threads;
        this.cell = threads.cell();
        this.socket = socket;
        this.remote = remote;
        LoopSettings settings = threads.settings();
        resources = new LoopResources(
                settings.clock(),
                arena,
                settings.limits().withBuffersPerLoop(BUFFERS),
                settings.population());
        path = cell.path(resources);
        scratch = resources.newBlock();
        connection = new Connection(this, this, service.on(this));
    }

    @Override
    public void run() {
        try {
            open();
            while (!closed) {
                turn();
            }
        } catch (Throwable death) {
            LOG.log(System.Logger.Level.ERROR, "connection torn by an error of ours", death);
            connection.abort(Counter.FAILED);
        } finally {
            arena.close();
        }
    }

    private void open() {
        if (remote == null) {
            connection.opened();
            return;
        }
        connection.connecting();
        if (beginWait(Wait.INPUT)) {
            long result = socket.connect(remote);
            endWait();
            if (result < 0) {
                connection.failedToOpen(result);
            } else {
                connection.opened();
            }
        }
    }

    private void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        if (closed) {
            return;
        }
        if (sending != null) {
            sendOnce(sending);
        } else if (receiving) {
            receiveOnce();
        } else {
            awaitTask();
        }
    }

    private void sendOnce(Chunk chunk) {
        if (!beginWait(Wait.OUTPUT)) {
            return;
        }
        long sent = chunk.sendTo(socket, path, PIECE, more);
        boolean ours = endWait();
        if (closed || sent <= 0 && ours && !tasks.isEmpty()) {
            return;
        }
        // A java.nio transfer that moved nothing is tried again until time is up.
        if (sent != Outcome.AGAIN) {
            sending = null;
            connection.sent(sent);
        }
    }

    private void receiveOnce() {
        if (!beginWait(Wait.INPUT)) {
            return;
        }
        long received = socket.receive(scratch, 0, Connection.RECEIVE_SIZE);
        boolean ours = endWait();
        if (closed || received <= 0 && ours && !tasks.isEmpty()) {
            return;
        }
        if (received > 0) {
            connection.received(scratch, 0, (int) received);
        } else if (received == 0) {
            receiving = false;
            connection.inputEnded();
        } else {
            connection.failed(received);
        }
    }

    /** False when a task came meanwhile: it is to be run first. */
    private synchronized boolean beginWait(Wait kind) {
        if (!tasks.isEmpty()) {
            return false;
        }
        wait = kind;
        waitDeadline = connection.deadline();
        idle = connection.isIdle();
        interrupted = false;
        return true;
    }

    /** Whether the wait was ended from outside. Time first: if it is up, a result tells nothing. */
    private boolean endWait() {
        boolean ours;
        synchronized (this) {
            wait = Wait.NOTHING;
            ours = interrupted;
        }
        resources.sample();
        connection.expireIfLate();
        return ours;
    }

    private void awaitTask() {
        if (beginWait(Wait.TASK)) {
            synchronized (this) {
                try {
                    while (tasks.isEmpty() && !interrupted) {
                        wait();
                    }
                } catch (InterruptedException e) {
                    LOG.log(System.Logger.Level.DEBUG, "nobody interrupts this thread", e);
                }
            }
            endWait();
        }
    }

    // What the arrangement asks for, from its own threads

    /** Ends a wait whose time is up. */
    synchronized void wakeIfLate(long now) {
        if (now >= waitDeadline) {
            interruptWait();
        }
    }

    /** Lets the connection finish what it has begun; one that waits for a request finds no more. */
    synchronized void drain() {
        tasks.add(connection::drain);
        if (idle || wait == Wait.TASK) {
            interruptWait();
        }
    }

    /** Breaks whatever goes on. */
    synchronized void tear() {
        tasks.add(() -> connection.abort(Counter.CUT_SHORT));
        interruptWait();
    }

    private void interruptWait() {
        interrupted = wait != Wait.NOTHING;
        switch (wait) {
            case NOTHING -> {}
            case INPUT -> socket.shutdownInput();
            case OUTPUT -> socket.shutdownOutput();
            case TASK -> notifyAll();
        }
    }

    // The verbs: each says what this thread does next

    @Override
    public void receive(boolean on) {
        receiving = on;
    }

    /** At once: whoever takes the bytes then may wait for them. */
    @Override
    public void awaitReadable() {
        tasks.add(connection::readable);
    }

    @Override
    public void send(Chunk chunk, boolean more) {
        sending = chunk;
        this.more = more;
    }

    @Override
    public void shutdownOutput() {
        socket.shutdownOutput();
    }

    @Override
    public void abort() {
        closed = true;
        socket.abort();
        connection.collected();
    }

    @Override
    public void close() {
        closed = true;
        socket.close();
        connection.collected();
    }

    // The contract

    @Override
    public Model model() {
        return cell.model();
    }

    @Override
    public Copy copy() {
        return cell.effectiveCopy();
    }

    @Override
    public long now() {
        return resources.now();
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    /** Runs before the next call that waits; a wait for the peer is not ended by it. */
    @Override
    public synchronized void post(Runnable task) {
        tasks.add(task);
        if (wait == Wait.TASK) {
            interruptWait();
        }
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        tasks.add(() -> {
            Mailbox.runSafely(work);
            then.run();
        });
    }

    @Override
    public void adopt(Socket other) {
        threads.adopt(other);
    }

    @Override
    public void connect(InetSocketAddress address, Protocol protocol) throws IOException {
        threads.connect(address, protocol);
    }
}
