package sluice.io;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A loop of one connection on a thread of its own, whose calls block: nothing to arm and nothing to
 * ask, and a thread and a buffer per connection is the price. Since nothing wakes a thread inside
 * recv or send, {@link #wakeIfLate}, called by the arrangement's clock thread, ends such a wait by
 * shutting the socket down.
 */
final class BlockingLoop implements EventLoop, Transport, Runnable {
    private static final System.Logger LOG = System.getLogger("sluice.io");
    /** One connection needs a block for bytes it keeps and a queue for what it sends. */
    private static final int BUFFERS = 1;

    private final Cell cell;
    private final ThreadPerConnection threads;
    private final LoopResources resources;
    private final Arena arena = Arena.ofShared();
    private final Socket socket;
    private final Connection connection;
    private final CopyPath path;
    private final Block scratch;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private @Nullable Chunk sending;
    private boolean more;
    private boolean receiving = true;
    private boolean closed;
    /** When the wait that goes on must end, by the clock; NEVER while there is none. */
    private volatile long waitDeadline = Timers.NEVER;

    private volatile boolean waitsForInput;

    BlockingLoop(ThreadPerConnection threads, Socket socket, Service service) {
        this.threads = threads;
        this.cell = threads.cell();
        LoopSettings settings = threads.settings();
        this.socket = socket;
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
            connection.opened();
            while (!closed) {
                turn();
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "connection torn by an error of ours", e);
            connection.abort(Counter.FAILED);
        } finally {
            arena.close();
        }
    }

    private void turn() {
        runTasks();
        if (closed) {
            return;
        }
        if (sending != null) {
            sendOnce(sending);
        } else if (receiving) {
            receiveOnce();
        } else {
            throw new IllegalStateException("neither sending nor receiving: who would wake us?");
        }
    }

    private void sendOnce(Chunk chunk) {
        beginWait(false);
        long sent = chunk.sendTo(socket, path, ReadinessLoop.QUANTUM, more);
        endWait();
        if (!closed) {
            sending = null;
            connection.sent(sent);
        }
    }

    private void receiveOnce() {
        beginWait(true);
        if (!tasks.isEmpty()) {
            // Posted between running tasks and saying that we wait: its poster may not have seen
            // that.
            waitDeadline = Timers.NEVER;
            waitsForInput = false;
            return;
        }
        long received = socket.receive(scratch, 0, Connection.RECEIVE_SIZE);
        endWait();
        if (closed) {
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

    private void beginWait(boolean forInput) {
        waitDeadline = connection.deadline();
        waitsForInput = forInput;
    }

    /** Time first: if it was up, the clock thread ended the wait, and the result tells nothing. */
    private void endWait() {
        waitDeadline = Timers.NEVER;
        waitsForInput = false;
        resources.sample();
        connection.expireIfLate();
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    // What the arrangement asks for, from its own threads

    /** Ends a wait whose time is up. */
    void wakeIfLate(long now) {
        if (now < waitDeadline) {
            return;
        }
        if (waitsForInput) {
            socket.shutdownInput();
        } else {
            socket.shutdownOutput();
        }
    }

    /** Lets the connection finish what it has begun; one that waits for a request finds no more. */
    void drain() {
        tasks.add(connection::drain);
        if (waitsForInput) {
            socket.shutdownInput();
        }
    }

    /** Breaks whatever goes on. */
    void tear() {
        tasks.add(() -> connection.abort(Counter.FAILED));
        socket.shutdownInput();
        socket.shutdownOutput();
    }

    // The verbs: each says what this thread does next

    @Override
    public void receive(boolean on) {
        receiving = on;
    }

    @Override
    public void awaitReadable() {
        tasks.add(connection::readable);
    }

    @Override
    public void awaitWritable() {
        tasks.add(connection::writable);
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

    /** Runs before the next call that waits; a wait that goes on is not ended by it. */
    @Override
    public void post(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        tasks.add(() -> {
            work.run();
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
