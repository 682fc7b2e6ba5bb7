package sluice.io.blocking;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.Chunk;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.LoopResources;
import sluice.io.Outcome;
import sluice.io.Protocol;
import sluice.io.Service;
import sluice.io.Socket;
import sluice.io.Transport;
import sluice.io.loop.Mailbox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A loop of one connection on a thread of its own: nothing to arm and nothing to ask; it does one
 * thing after the other and waits in between as its {@link Waiting} does.
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

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final ThreadPerConnection threads;
    private final Cell cell;
    private final Thread thread = Thread.currentThread();
    private final Waiting waiting;
    private final LoopResources resources;
    private final Socket socket;
    private final @Nullable InetSocketAddress remote;
    private final Connection connection;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** The last tasks have been taken. */
    private boolean over;

    private @Nullable Chunk sending;
    private boolean more;
    private boolean connecting;
    private boolean receiving = true;
    private boolean awaitingReadable;
    private volatile boolean closed;

    // Under this object's lock. Other threads end a wait and nothing else.
    private Wait wait = Wait.NOTHING;
    private long waitDeadline;
    private boolean idle;
    private volatile boolean interrupted;

    /** Called on the connection's own thread; {@code remote} is what to connect to, if anything. */
    BlockingLoop(
            ThreadPerConnection threads,
            Waiting waiting,
            Socket socket,
            Service service,
            @Nullable InetSocketAddress remote) {
        this.threads = threads;
        this.cell = threads.cell();
        this.waiting = waiting;
        this.socket = socket;
        this.remote = remote;
        resources = waiting.resources();
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
            LOG.log(System.Logger.Level.ERROR, "connection reset by an error of ours", death);
            connection.abort(Counter.FAILED);
        } finally {
            lastTasks().forEach(Mailbox::runSafely);
            waiting.end();
        }
    }

    private synchronized List<Runnable> lastTasks() {
        over = true;
        return List.copyOf(tasks);
    }

    private void open() {
        if (remote == null) {
            connection.opened();
        } else {
            connecting = true;
            connection.connecting();
        }
    }

    private void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        if (closed) {
            return;
        }
        if (connecting) {
            connectOnce(Objects.requireNonNull(remote));
        } else if (sending != null) {
            sendOnce(sending);
        } else if (awaitingReadable) {
            awaitReadableOnce();
        } else if (receiving) {
            receiveOnce();
        } else {
            awaitTask();
        }
    }

    private void connectOnce(InetSocketAddress to) {
        if (!beginWait(Wait.INPUT)) {
            return;
        }
        long result = waiting.connect(to);
        endWait();
        if (closed || result == Outcome.AGAIN) {
            return;
        }
        connecting = false;
        if (result < 0) {
            connection.failedToOpen(result);
        } else {
            connection.opened();
        }
    }

    private void sendOnce(Chunk chunk) {
        if (!beginWait(Wait.OUTPUT)) {
            return;
        }
        long sent = waiting.send(chunk, more);
        boolean ours = endWait();
        if (closed || sent <= 0 && ours && !tasks.isEmpty()) {
            return;
        }
        if (sent != Outcome.AGAIN) {
            sending = null;
            connection.sent(sent);
        }
    }

    private void awaitReadableOnce() {
        if (beginWait(Wait.INPUT)) {
            boolean there = waiting.readable();
            boolean ours = endWait();
            if (closed || ours && !tasks.isEmpty()) {
                return;
            }
            if (there && awaitingReadable) {
                awaitingReadable = false;
                connection.readable();
            }
        }
    }

    private void receiveOnce() {
        if (!beginWait(Wait.INPUT)) {
            return;
        }
        long received = waiting.receive();
        boolean ours = endWait();
        if (closed || received == Outcome.AGAIN || received <= 0 && ours && !tasks.isEmpty()) {
            return;
        }
        Block scratch = waiting.scratch();
        if (received > 0 && scratch != null) {
            connection.received(scratch, 0, (int) received);
            waiting.taken();
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
        waiting.begin();
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
            while (tasks.isEmpty() && !interrupted) {
                LockSupport.park(this);
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
        if (idle || mayInterrupt()) {
            interruptWait();
        }
    }

    /** Breaks whatever goes on. */
    synchronized void tear() {
        tasks.add(() -> connection.abort(Counter.CUT_SHORT));
        interruptWait();
    }

    /** Whether whoever waits goes on waiting when it has looked up. */
    private boolean mayInterrupt() {
        return wait == Wait.TASK || wait != Wait.NOTHING && waiting.canResume();
    }

    private void interruptWait() {
        interrupted = wait != Wait.NOTHING;
        switch (wait) {
            case NOTHING -> {}
            case INPUT, OUTPUT -> waiting.interrupt(wait == Wait.OUTPUT);
            case TASK -> LockSupport.unpark(thread);
        }
    }

    // The verbs: each says what this thread does next

    @Override
    public void receive(boolean on) {
        receiving = on;
        awaitingReadable = false;
    }

    @Override
    public void awaitReadable() {
        awaitingReadable = true;
    }

    @Override
    public long splice(int pipe, long most) {
        return socket.splice(pipe, most);
    }

    @Override
    public long transferTo(FileChannel file, long offset, long most) {
        return socket.transferTo(file, offset, most);
    }

    @Override
    public void send(Chunk chunk, boolean more) {
        sending = chunk;
        this.more = more;
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return socket.peer();
    }

    @Override
    public void shutdownOutput() {
        socket.shutdownOutput();
    }

    @Override
    public void abort() {
        closed = true;
        waiting.close();
        socket.abort();
        connection.collected();
    }

    @Override
    public void close() {
        closed = true;
        waiting.close();
        socket.close();
        connection.collected();
    }

    // The contract

    @Override
    public Cell cell() {
        return cell;
    }

    @Override
    public boolean mayBlock() {
        return waiting.mayBlock();
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    /** Runs before the next wait; one that could not be taken up again is not ended by it. */
    @Override
    public synchronized boolean post(Runnable task) {
        if (over) {
            return false;
        }
        tasks.add(task);
        if (mayInterrupt()) {
            interruptWait();
        }
        return true;
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        if (waiting.mayBlock()) {
            tasks.add(() -> {
                Mailbox.runSafely(work);
                then.run();
            });
        } else {
            threads.settings().workers().execute(() -> {
                Mailbox.runSafely(work);
                post(then);
            });
        }
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
