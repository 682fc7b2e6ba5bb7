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
import sluice.io.loop.InputMode;
import sluice.io.loop.Mailbox;
import sluice.io.loop.TransportPhase;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A loop of one connection on a thread of its own: it does one thing after the other, and its
 * {@link Waiting} says how the thread waits in between.
 *
 * <p>What the thread does next follows from its own phases: it connects in
 * {@link TransportPhase#CONNECTING}, sends while {@link #sending} is set, and else does what
 * {@link InputMode} says. A close collects the connection at once, because nothing is outstanding
 * while its thread runs. What other threads may do to it follows from the phase of its waits, which
 * this object's lock guards:
 *
 * <pre>
 *            beginWait
 *   RUNNING ------------> INPUT, OUTPUT or TASK, which others may interrupt
 *    |   ^                          |
 *    |   +--------- endWait --------+
 *    +--lastTasks--> OVER
 * </pre>
 */
final class BlockingLoop implements EventLoop, Transport, Runnable {
    /** What the thread waits for. */
    private enum Wait {
        /** Nothing: it runs. */
        RUNNING,
        /** Bytes to receive, or a connect. */
        INPUT,
        /** Room to send. */
        OUTPUT,
        /** A posted task. */
        TASK,
        /** It has taken its last tasks, and ends. */
        OVER
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

    private TransportPhase phase = TransportPhase.CONNECTING;
    private InputMode input = InputMode.RECEIVING;
    private @Nullable Chunk sending;
    /** Whether another chunk follows {@link #sending}: a property of the chunk, and no phase. */
    private boolean more;

    // Under this object's lock. Other threads may end a wait and do nothing else.
    private Wait wait = Wait.RUNNING;
    private long waitDeadline;
    /** What the connection said when the wait began, for threads that must not ask it. */
    private boolean idle;
    /**
     * Whether another thread has ended this wait. A flag beside the kind of the wait, because an
     * interruption may have to be repeated: the kernel ignores one that comes before the connect.
     */
    private boolean interrupted;

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
            while (!isClosed()) {
                turn();
            }
        } catch (Throwable death) {
            LOG.log(System.Logger.Level.ERROR, "connection reset after an internal error", death);
            connection.abort(Counter.FAILED);
        } finally {
            lastTasks().forEach(Mailbox::runSafely);
            waiting.end();
        }
    }

    private synchronized List<Runnable> lastTasks() {
        wait = Wait.OVER;
        return List.copyOf(tasks);
    }

    private boolean isClosed() {
        return phase == TransportPhase.COLLECTED;
    }

    private void open() {
        if (remote == null) {
            phase = TransportPhase.OPEN;
            connection.opened();
        } else {
            connection.connecting();
        }
    }

    private void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        if (isClosed()) {
            return;
        }
        if (phase == TransportPhase.CONNECTING) {
            connectOnce(Objects.requireNonNull(remote));
        } else if (sending != null) {
            sendOnce(sending);
        } else {
            switch (input) {
                case RECEIVING -> receiveOnce();
                case AWAITING_READABLE -> awaitReadableOnce();
                case PAUSED -> awaitTask();
            }
        }
    }

    private void connectOnce(InetSocketAddress to) {
        if (!beginWait(Wait.INPUT)) {
            return;
        }
        long result = waiting.connect(to);
        endWait();
        if (isClosed() || result == Outcome.AGAIN) {
            return;
        }
        if (result < 0) {
            connection.failedToOpen(result);
        } else {
            phase = TransportPhase.OPEN;
            connection.opened();
        }
    }

    private void sendOnce(Chunk chunk) {
        if (!beginWait(Wait.OUTPUT)) {
            return;
        }
        long sent = waiting.send(chunk, more);
        boolean ours = endWait();
        if (isClosed() || sent <= 0 && ours && !tasks.isEmpty()) {
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
            if (isClosed() || ours && !tasks.isEmpty()) {
                return;
            }
            if (there && input == InputMode.AWAITING_READABLE) {
                input = InputMode.PAUSED;
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
        if (isClosed() || received == Outcome.AGAIN || received <= 0 && ours && !tasks.isEmpty()) {
            return;
        }
        Block scratch = waiting.scratch();
        if (received > 0 && scratch != null) {
            connection.received(scratch, 0, (int) received);
            waiting.taken();
        } else if (received == 0) {
            input = InputMode.PAUSED;
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

    /**
     * Whether another thread has ended the wait. Time first: if it is up, a result tells nothing.
     */
    private boolean endWait() {
        boolean ours;
        synchronized (this) {
            wait = Wait.RUNNING;
            ours = interrupted;
        }
        resources.sample();
        connection.expireIfLate();
        return ours;
    }

    private void awaitTask() {
        if (beginWait(Wait.TASK)) {
            while (tasks.isEmpty() && !isInterrupted()) {
                LockSupport.park(this);
            }
            endWait();
        }
    }

    private synchronized boolean isInterrupted() {
        return interrupted;
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

    /** Whether the thread can take up its wait again after an interruption. */
    private boolean mayInterrupt() {
        return wait == Wait.TASK || waiting.canResume();
    }

    private void interruptWait() {
        interrupted = wait != Wait.RUNNING;
        switch (wait) {
            case INPUT -> waiting.interrupt(false);
            case OUTPUT -> waiting.interrupt(true);
            case TASK -> LockSupport.unpark(thread);
            case RUNNING, OVER -> {}
        }
    }

    // The verbs: each says what this thread does next

    @Override
    public void receive(boolean on) {
        input = InputMode.after(on);
    }

    @Override
    public void awaitReadable() {
        input = InputMode.AWAITING_READABLE;
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
        phase = TransportPhase.COLLECTED;
        waiting.close();
        socket.abort();
        connection.collected();
    }

    @Override
    public void close() {
        phase = TransportPhase.COLLECTED;
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
        if (wait == Wait.OVER) {
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
    public void connect(InetSocketAddress address, Protocol protocol) throws IOException {
        threads.connect(address, protocol);
    }
}
