package sluice.io.blocking;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.Chunk;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.IoResult;
import sluice.io.LoopResources;
import sluice.io.Protocol;
import sluice.io.ReceiveMode;
import sluice.io.Service;
import sluice.io.Socket;
import sluice.io.Transport;
import sluice.io.Work;
import sluice.io.loop.InputMode;
import sluice.io.loop.Mailbox;
import sluice.io.loop.RoomMaker;
import sluice.io.loop.TransportPhase;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A loop with one connection on its own thread; {@link Waiting} decides how the thread waits.
 *
 * <p>The phases decide what the thread does next: it connects in {@link TransportPhase#CONNECTING},
 * sends while {@link #sending} is set, and otherwise follows {@link InputMode}. A close collects
 * the connection at once, because no operation is pending while its thread runs. {@link WaitPhase},
 * guarded by this object's lock, decides what other threads may do.
 */
final class BlockingLoop implements EventLoop, Transport, Runnable {
    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final ThreadPerConnection threads;
    private final Thread thread = Thread.currentThread();
    private final Waiting waiting;
    private final LoopResources resources;
    private final Socket socket;
    private final @Nullable InetSocketAddress remote;
    private final Connection connection;
    /** What this is to a full server. */
    final RoomMaker.Member member;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private TransportPhase phase = TransportPhase.CONNECTING;
    private InputMode input = InputMode.RECEIVING;
    private @Nullable Chunk sending;
    /** Whether another chunk follows {@link #sending}: a property of the chunk, not a phase. */
    private boolean more;

    // Guarded by this object's lock. Other threads may only end a wait.
    private WaitPhase wait = WaitPhase.RUNNING;
    private long waitDeadline;
    /** {@link Connection#isIdle} at the start of the wait, for threads that must not call it. */
    private boolean idle;
    /** Another thread ended this wait. May be repeated: the kernel ignores one before connect. */
    private boolean interrupted;

    /** Called on the connection's thread; connects if {@code remote} is given. */
    BlockingLoop(
            ThreadPerConnection threads,
            Waiting waiting,
            Socket socket,
            Service service,
            @Nullable InetSocketAddress remote) {
        this.threads = threads;
        this.waiting = waiting;
        this.socket = socket;
        this.remote = remote;
        resources = waiting.resources();
        connection = new Connection(this, this, service.on(this));
        member = new RoomMaker.Member(resources.idle(), this::makeRoom, () -> true);
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
        wait = WaitPhase.OVER;
        return List.copyOf(tasks);
    }

    private boolean isClosed() {
        return phase == TransportPhase.COLLECTED;
    }

    private void open() {
        if (remote == null && !socket.hasHandshake()) {
            phase = TransportPhase.OPEN;
            connection.opened();
        } else {
            connection.connecting(remote == null);
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
            connectOnce();
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

    private void connectOnce() {
        if (!beginWait(WaitPhase.INPUT)) {
            return;
        }
        long result = remote == null ? waiting.handshake() : waiting.connect(remote);
        boolean ours = endWait();
        if (isClosed() || result == IoResult.AGAIN || result < 0 && ours && !tasks.isEmpty()) {
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
        if (!beginWait(WaitPhase.OUTPUT)) {
            return;
        }
        long sent = waiting.send(chunk, more);
        boolean ours = endWait();
        if (isClosed() || sent <= 0 && ours && !tasks.isEmpty()) {
            return;
        }
        if (sent != IoResult.AGAIN) {
            sending = null;
            connection.sent(sent);
        }
    }

    private void awaitReadableOnce() {
        if (beginWait(WaitPhase.INPUT)) {
            boolean there = waiting.readable();
            boolean taskFirst = endWait() && !tasks.isEmpty();
            boolean awaited = !isClosed() && input == InputMode.AWAITING_READABLE;
            if (there && awaited && !taskFirst) {
                input = InputMode.PAUSED;
                connection.readable();
            }
        }
    }

    private void receiveOnce() {
        if (!beginWait(WaitPhase.INPUT)) {
            return;
        }
        long received = waiting.receive();
        boolean ours = endWait();
        if (isClosed() || received == IoResult.AGAIN || received <= 0 && ours && !tasks.isEmpty()) {
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

    /** Starts a wait; false if a task was posted, which must run first. */
    private synchronized boolean beginWait(WaitPhase kind) {
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

    /** Whether another thread ended the wait. Checks the deadline first: it outranks a result. */
    private boolean endWait() {
        boolean ours;
        synchronized (this) {
            wait = WaitPhase.RUNNING;
            ours = interrupted;
        }
        resources.sample();
        connection.expireIfLate();
        return ours;
    }

    private void awaitTask() {
        if (beginWait(WaitPhase.TASK)) {
            while (tasks.isEmpty() && !isInterrupted()) {
                LockSupport.park(this);
            }
            endWait();
        }
    }

    private synchronized boolean isInterrupted() {
        return interrupted;
    }

    // For the arrangement, on its threads

    /** Ends a wait whose deadline has passed, or whose peer must not trust what it got. */
    synchronized void look(long now) {
        if (now >= waitDeadline) {
            interruptWait();
        } else if (wait == WaitPhase.INPUT && connection.hasLentChangedFile(now)) {
            add(() -> connection.abort(Counter.FILE_CHANGED), true);
        }
    }

    /** Lets the connection finish what it started; ends its wait for another request. */
    synchronized void drain() {
        add(connection::drain, idle);
    }

    /** Resets the connection. */
    void tear() {
        add(() -> connection.abort(Counter.CUT_SHORT), true);
    }

    /** A wait for a request may be ended in any way: the connection closes. */
    private boolean makeRoom(Runnable task) {
        return add(task, !resources.idle().isEmpty());
    }

    private synchronized boolean add(Runnable task, boolean anyhow) {
        if (wait == WaitPhase.OVER) {
            return false;
        }
        tasks.add(task);
        if (anyhow || mayInterrupt()) {
            interruptWait();
        }
        return true;
    }

    /** Whether the thread can resume its wait after an interruption. */
    private boolean mayInterrupt() {
        return wait == WaitPhase.TASK || waiting.canResume();
    }

    private void interruptWait() {
        interrupted = wait != WaitPhase.RUNNING;
        switch (wait) {
            case INPUT -> waiting.interrupt(false);
            case OUTPUT -> waiting.interrupt(true);
            case TASK -> LockSupport.unpark(thread);
            case RUNNING, OVER -> {}
        }
    }

    // Transport: each method sets what this thread does next

    @Override
    public void receive(boolean on) {
        input = InputMode.after(on);
    }

    @Override
    public ReceiveMode receiving() {
        return cell().receiving();
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
    public @Nullable String agreed() {
        return socket.agreed();
    }

    @Override
    public void shutdownOutput() {
        socket.finishOutput();
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

    @Override
    public Cell cell() {
        return threads.cell();
    }

    @Override
    public boolean mayBlock() {
        return waiting.mayBlock();
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    /** Runs before the next wait; does not end a wait that could not be resumed. */
    @Override
    public boolean post(Runnable task) {
        return add(task, false);
    }

    @Override
    public boolean interruptsWaits() {
        return waiting.canResume();
    }

    @Override
    public void offload(Work kind, Runnable work, Runnable then) {
        Runnable task = () -> {
            Mailbox.runSafely(work);
            post(then);
        };
        if (waiting.mayBlock() && kind != Work.LONG) {
            tasks.add(task);
        } else {
            threads.settings().workers().execute(kind, task);
        }
    }

    @Override
    public void connect(InetSocketAddress address, Protocol protocol) throws IOException {
        threads.connect(address, protocol);
    }
}
