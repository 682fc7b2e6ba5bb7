package sluice.io.loop;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.Connection;
import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.FileChunk;
import sluice.io.LoopResources;
import sluice.io.Protocol;
import sluice.io.Socket;
import sluice.io.SparseLog;
import sluice.io.Timers;
import sluice.io.Work;
import sluice.io.copy.ColdGuard;
import sluice.io.copy.ColdRead;
import sluice.io.socket.Listener;
import sluice.linux.Errno;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A loop that many connections share: one thread, with any {@link Engine}. In a turn the engine
 * waits for events or the next timer; then the loop samples the clock, handles events, reports
 * completed sends from a list, runs timers and runs posted tasks.
 */
public final class SharedLoop implements EventLoop, Runnable {
    /** Most posted tasks per turn, so that tasks that post tasks leave time for sockets. */
    private static final int TASKS_PER_TURN = 1_024;
    /** How long stop waits for a loop that is stuck in a turn. */
    private static final Duration END = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Cell cell;
    private final LoopSettings settings;
    private final LoopResources resources;
    private final Arena arena;
    private final Engine engine;
    private final RoomMaker.Member member;
    private final Completions completions = new Completions();
    private final Set<Connection> open = new HashSet<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Thread thread;
    private final Mailbox mailbox;
    /** One per listener. */
    private final List<Supplier<Protocol>> protocols;

    private final SparseLog overload;
    private final Pulse pulse = new Pulse();
    private long turn;
    private boolean stopped;
    private volatile boolean ended;

    public SharedLoop(String name, LoopSettings settings) {
        this(name, settings, settings.backend()::engine);
    }

    public SharedLoop(String name, LoopSettings settings, Function<SharedLoop, Engine> engines) {
        this.settings = settings;
        cell = settings.backend().cell();
        overload = new SparseLog(settings.clock());
        arena = cell.closesArena() ? Arena.ofShared() : Arena.ofAuto();
        resources = settings.resources(arena);
        thread = Thread.ofPlatform().name(name).unstarted(this);
        engine = engine(engines);
        mailbox = new Mailbox(thread, engine::wake);
        member = new RoomMaker.Member(resources.idle(), this::post, this::isWell);
        protocols = protocols();
    }

    private Engine engine(Function<SharedLoop, Engine> engines) {
        try {
            return engines.apply(this);
        } catch (Throwable failure) {
            freeMemory();
            throw failure;
        }
    }

    private List<Supplier<Protocol>> protocols() {
        try {
            return settings.protocols(this);
        } catch (Throwable failure) {
            discard();
            throw failure;
        }
    }

    @Override
    public void run() {
        try {
            settings.rooms().join(member);
            engine.begin();
            while (!stopped) {
                boolean idle = runTurn() == 0;
                resources.counters().add(Counter.TURNS, 1);
                resources.counters().add(Counter.IDLE_TURNS, idle ? 1 : 0);
            }
        } catch (Throwable death) {
            LOG.log(System.Logger.Level.ERROR, "a loop failed; its connections are reset", death);
            resources.counters().add(Counter.LOOPS_DIED, 1);
        } finally {
            end();
        }
    }

    /** The amount of work: events, completed sends, timers and tasks. */
    private int runTurn() {
        turn++;
        long patience = patience();
        pulse.waiting();
        engine.await(patience);
        pulse.turning();
        resources.sample();
        return engine.dispatch()
                + completions.run()
                + resources.timers().expire(resources.now())
                + mailbox.run(TASKS_PER_TURN);
    }

    private long patience() {
        if (!completions.isEmpty() || !mailbox.isEmpty()) {
            return 0;
        }
        long next = resources.timers().next();
        return next == Timers.NEVER ? next : Math.max(0, next - resources.now());
    }

    /** Ends the thread: runs the tasks posted so far and refuses later ones. */
    private void end() {
        ended = true;
        settings.rooms().leave(member);
        Counter reason = stopped ? Counter.CUT_SHORT : Counter.FAILED;
        forEachConnection(connection -> connection.abort(reason));
        mailbox.close();
        engine.close();
    }

    // For engines and their transports

    public LoopSettings settings() {
        return settings;
    }

    /** The log for overload. */
    public SparseLog overload() {
        return overload;
    }

    public long turn() {
        return turn;
    }

    public Engine engine() {
        return engine;
    }

    public Completions completions() {
        return completions;
    }

    public Thread thread() {
        return thread;
    }

    /** Creates the copy path of this loop; the engine closes it. */
    public CopyPath newPath() {
        return guarded(settings.backend().path(resources, settings.copying()));
    }

    /** Wraps a copy path in the cold guard, if that is on. */
    public CopyPath guarded(CopyPath path) {
        return settings.copying().coldGuard()
                ? new ColdGuard(path, resources, settings.clock())
                : path;
    }

    /** Has a cold part read, or fetched; then a loop that still runs tells 0 or an IoResult. */
    public void load(FileChunk chunk, CopyPath path, LongConsumer then) {
        ColdRead read = new ColdRead(chunk, this::ended);
        if (read.isElsewhere()) {
            read.fetch(this::post, then);
            return;
        }
        settings.readers().execute(() -> {
            Mailbox.runSafely(read);
            post(() -> {
                path.loaded(read.file(), read.from(), read.to());
                then.accept(0);
            });
        });
    }

    /** Whether some connections are not collected yet, without those being refused. */
    public boolean hasOpen() {
        return !open.isEmpty();
    }

    @Override
    public void collected(Connection connection) {
        open.remove(connection);
        connections.decrementAndGet();
    }

    // Methods of EventLoop

    @Override
    public Cell cell() {
        return cell;
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    @Override
    public boolean post(Runnable task) {
        return mailbox.offer(task);
    }

    @Override
    public void offload(Work kind, Runnable work, Runnable then) {
        settings.workers().execute(kind, () -> {
            Mailbox.runSafely(work);
            post(then);
        });
    }

    /** Takes over a connected socket of a listener, which its place names. Any thread. */
    public void adopt(Socket socket, int listener) {
        admit();
        Supplier<Protocol> protocol = protocols.get(listener);
        if (mailbox.isOwner()) {
            open(socket, protocol, null);
        } else if (!mailbox.offer(() -> open(socket, protocol, null))) {
            turnAway(socket);
        }
    }

    @Override
    public void connect(InetSocketAddress address, Protocol protocol) throws IOException {
        Socket socket = settings.backend().open(address, false);
        admit();
        open(socket, () -> protocol, address);
    }

    /** Counts a connection before it opens: spreads bursts evenly and makes the limit exact. */
    private void admit() {
        connections.incrementAndGet();
        resources.population().incrementAndGet();
    }

    private void turnAway(Socket socket) {
        socket.close();
        connections.decrementAndGet();
        resources.population().decrementAndGet();
    }

    private void open(
            Socket socket, Supplier<Protocol> protocol, @Nullable InetSocketAddress remote) {
        if (ended) {
            turnAway(socket);
            return;
        }
        LoopTransport transport = engine.transport(socket);
        Connection connection;
        try {
            connection = new Connection(this, transport, protocol);
        } catch (Throwable mistake) {
            LOG.log(System.Logger.Level.ERROR, "cannot create a protocol", mistake);
            turnAway(socket);
            return;
        }
        open.add(connection);
        long result = begin(transport, connection, remote);
        if (result == 0) {
            connection.opened();
            transport.receiveFirst();
        } else if (result == -Errno.EINPROGRESS) {
            connection.connecting(remote == null);
        } else {
            if (remote == null) {
                overload.warn("cannot watch a connection: " + Errno.describe(result));
            }
            connection.failedToOpen(result);
        }
    }

    /** If memory or threads run out, a connection ends like one that cannot be watched. */
    private static long begin(
            LoopTransport transport, Connection connection, @Nullable InetSocketAddress remote) {
        try {
            return transport.begin(connection, remote);
        } catch (Throwable mistake) {
            LOG.log(System.Logger.Level.ERROR, "cannot start a connection", mistake);
            return -Errno.ENOBUFS;
        }
    }

    // For the arrangement

    public void start() {
        thread.start();
    }

    /** Open connections of this loop; any thread. */
    public int connections() {
        return connections.get();
    }

    /** Whether the loop has ended; any thread. */
    public boolean ended() {
        return ended;
    }

    /** The heartbeat of the loop; any thread. */
    public Pulse pulse() {
        return pulse;
    }

    /** Whether it can take connections: it is neither ended nor stuck; any thread. */
    public boolean isWell() {
        return !ended && !pulse.isStuck();
    }

    /** Calls the action for each open connection; the action may end any of them. */
    public void forEachConnection(Consumer<Connection> action) {
        List.copyOf(open).forEach(action);
    }

    /** Watches a listener; called before the start, or on the loop's thread. */
    public Listening listen(Listener listener, Listening.Owner owner) throws IOException {
        return engine.listen(listener, owner);
    }

    private void freeMemory() {
        if (cell.closesArena()) {
            arena.close();
        }
    }

    /** Frees the resources of a loop that was never started. */
    public void discard() {
        engine.close();
        freeMemory();
    }

    /** Ends the loop's thread, unless it is stuck, and resets open connections. Any thread. */
    public void stop() throws InterruptedException {
        mailbox.offer(() -> stopped = true);
        if (thread.isAlive()) {
            thread.join(END);
        }
    }

    /**
     * Runs a task on the loop, or on this thread if the loop has ended, and waits for it; false if
     * that takes too long.
     */
    public boolean runAndWait(Runnable task) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        if (mailbox.offer(() -> {
            Mailbox.runSafely(task);
            done.countDown();
        })) {
            return done.await(END.toMillis(), TimeUnit.MILLISECONDS);
        }
        boolean over = !thread.isAlive() || thread.join(END);
        if (over) {
            task.run();
        }
        return over;
    }

    /** Frees the memory, which nobody may still use; a loop that has not ended keeps its own. */
    public void release() {
        if (thread.isAlive()) {
            LOG.log(System.Logger.Level.WARNING, thread.getName() + " did not stop in time");
        } else {
            freeMemory();
        }
    }
}
