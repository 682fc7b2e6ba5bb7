package sluice.io;

import sluice.linux.Errno;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The reactor of every readiness model. A turn: tell the poller what changed; wait until something
 * is ready or a timer is due; sample the clock; run what is ready, then what has ended, from lists
 * and never nested; run timers; run posted tasks.
 */
final class ReadinessLoop implements EventLoop, Runnable {
    /**
     * Bytes one connection may send per turn. One fast client on loopback or a 100 Gbit/s card
     * takes bytes as fast as they are offered; everybody else waits for at most this many per
     * client.
     */
    static final long QUANTUM = 1 << 20;
    /** Posted tasks per turn, so that tasks that post tasks leave time for sockets. */
    private static final int TASKS_PER_TURN = 1_024;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Cell cell;
    private final LoopSettings settings;
    private final LoopResources resources;
    private final Arena arena = Arena.ofShared();
    private final Slots slots = new Slots();
    private final Poller poller;
    private final CopyPath path;
    private final Block scratch;
    private final Executor workers;
    private final ReadyList ready = new ReadyList();
    private final ArrayList<Registration> changes = new ArrayList<>();
    private final ArrayDeque<Endpoint> finished = new ArrayDeque<>();
    private final ArrayDeque<Endpoint> deferred = new ArrayDeque<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Thread thread;
    private final Mailbox mailbox;
    private final Supplier<Protocol> protocols;
    private final SparseLog overload;
    private long turn;
    private boolean stopped;
    private volatile boolean ended;

    ReadinessLoop(String name, Cell cell, LoopSettings settings) {
        this(name, cell, settings, cell::poller);
    }

    ReadinessLoop(
            String name,
            Cell cell,
            LoopSettings settings,
            BiFunction<Slots, Arena, Poller> pollers) {
        this.cell = cell;
        this.settings = settings;
        workers = settings.workers();
        overload = new SparseLog(settings.clock());
        resources = settings.resources(arena);
        path = cell.path(resources);
        scratch = resources.newBlock();
        thread = Thread.ofPlatform().name(name).unstarted(this);
        poller = poller(pollers);
        mailbox = new Mailbox(thread, poller::wake);
        protocols = protocols();
    }

    private Poller poller(BiFunction<Slots, Arena, Poller> pollers) {
        try {
            return pollers.apply(slots, arena);
        } catch (Throwable failure) {
            arena.close();
            throw failure;
        }
    }

    private Supplier<Protocol> protocols() {
        try {
            return settings.service().on(this);
        } catch (Throwable failure) {
            poller.close();
            arena.close();
            throw failure;
        }
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                runTurn();
            }
        } catch (Throwable death) {
            LOG.log(System.Logger.Level.ERROR, "a loop died, and its connections are torn", death);
            resources.counters().add(Counter.LOOPS_DIED, 1);
        } finally {
            end();
        }
    }

    private void runTurn() {
        turn++;
        tellChanges();
        poller.await(patience(), ready);
        resources.sample();
        for (int i = 0; i < ready.size(); i++) {
            Registration registration = ready.get(i);
            if (registration.watched) {
                registration.owner.ready(registration.events);
            }
        }
        ready.clear();
        reportFinished();
        resources.timers().expire(resources.now());
        mailbox.run(TASKS_PER_TURN);
    }

    private long patience() {
        if (!finished.isEmpty() || !deferred.isEmpty() || !mailbox.isEmpty()) {
            return 0;
        }
        long next = resources.timers().next();
        return next == Timers.NEVER ? next : Math.max(0, next - resources.now());
    }

    /** By index: who cannot be watched ends, and may change what others want. */
    private void tellChanges() {
        for (int i = 0; i < changes.size(); i++) {
            Registration registration = changes.get(i);
            registration.changed = false;
            if (registration.watched && registration.wanted != registration.armed) {
                long result = poller.update(registration);
                if (result < 0) {
                    registration.owner.failed(result);
                }
            }
        }
        changes.clear();
    }

    /**
     * Runs completions until none is left; who has used up its quantum goes on in the next turn.
     */
    private void reportFinished() {
        for (Endpoint endpoint = deferred.poll(); endpoint != null; endpoint = deferred.poll()) {
            finished.add(endpoint);
        }
        for (Endpoint endpoint = finished.poll(); endpoint != null; endpoint = finished.poll()) {
            endpoint.report();
        }
    }

    /** The thread's last act: what was posted until now is run, what comes later is turned away. */
    private void end() {
        ended = true;
        Counter reason = stopped ? Counter.CUT_SHORT : Counter.FAILED;
        forEachConnection(connection -> connection.abort(reason));
        slots.forEach(registration -> registration.owner.failed(-Errno.ECANCELED));
        mailbox.close();
        poller.close();
    }

    // What endpoints ask for

    Slots slots() {
        return slots;
    }

    long turn() {
        return turn;
    }

    CopyPath path() {
        return path;
    }

    /**
     * Where received bytes first arrive; shared by all connections, since only one runs at a time.
     */
    Block scratch() {
        return scratch;
    }

    void finished(Endpoint endpoint, boolean quantumUsed) {
        (quantumUsed ? deferred : finished).add(endpoint);
    }

    void interestChanged(Registration registration) {
        if (!registration.changed && registration.wanted != registration.armed) {
            registration.changed = true;
            changes.add(registration);
        }
    }

    /** Called before the endpoint's socket is closed. */
    void forget(Registration registration) {
        stopWatching(registration);
        connections.decrementAndGet();
    }

    // What acceptors ask for

    /** Watches a listener; {@code owner} is told when there may be connections to accept. */
    Registration listen(Listener listener, Registration.Owner owner) throws IOException {
        Registration registration = new Registration(listener, owner, Poller.READ);
        long result = poller.add(registration);
        if (result < 0) {
            throw new IOException("the listener cannot be watched: " + Errno.describe(result));
        }
        return registration;
    }

    void stopWatching(Registration registration) {
        if (registration.watched) {
            poller.remove(registration);
        }
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
        return false;
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    @Override
    public void post(Runnable task) {
        mailbox.offer(task);
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        workers.execute(() -> {
            Mailbox.runSafely(work);
            post(then);
        });
    }

    @Override
    public void adopt(Socket socket) {
        admit();
        if (mailbox.isOwner()) {
            open(socket, protocols, 0);
        } else if (!mailbox.offer(() -> open(socket, protocols, 0))) {
            turnAway(socket);
        }
    }

    @Override
    public void connect(InetSocketAddress address, Protocol protocol) throws IOException {
        Socket socket = cell.sockets().open(address, false, settings.kernel());
        admit();
        open(socket, () -> protocol, socket.connect(address));
    }

    /** Counted before it is open, so that a burst is spread well and the limit is exact. */
    private void admit() {
        connections.incrementAndGet();
        resources.population().incrementAndGet();
    }

    private void turnAway(Socket socket) {
        socket.close();
        connections.decrementAndGet();
        resources.population().decrementAndGet();
    }

    /** {@code connected} is the result of a connect: 0 also for a socket that was accepted. */
    private void open(Socket socket, Supplier<Protocol> protocol, long connected) {
        if (ended) {
            turnAway(socket);
            return;
        }
        boolean connecting = connected == -Errno.EINPROGRESS;
        Endpoint endpoint = new Endpoint(this, socket, connecting);
        Connection connection;
        try {
            connection = new Connection(this, endpoint, protocol);
        } catch (Throwable mistake) {
            LOG.log(System.Logger.Level.ERROR, "no protocol for a connection", mistake);
            turnAway(socket);
            return;
        }
        endpoint.connection(connection);
        long result = connecting || connected == 0 ? watch(endpoint) : connected;
        if (result < 0) {
            connection.failedToOpen(result);
        } else if (connecting) {
            connection.connecting();
        } else {
            connection.opened();
        }
    }

    /** Fails if the kernel has no memory, or the user no watches left (epoll_ctl(2)). */
    private long watch(Endpoint endpoint) {
        long result = poller.add(endpoint.registration());
        if (result < 0) {
            overload.warn("a connection cannot be watched: " + Errno.describe(result));
        }
        return result;
    }

    // What the arrangement asks for

    void start() {
        thread.start();
    }

    /** Connections open here; any thread. */
    int connections() {
        return connections.get();
    }

    /** Whether it runs no more; any thread. */
    boolean ended() {
        return ended;
    }

    void forEachConnection(Consumer<Connection> action) {
        slots.forEach(registration -> {
            if (registration.owner instanceof Endpoint endpoint) {
                action.accept(endpoint.connection());
            }
        });
    }

    /** Frees what a loop that was never started holds. */
    void discard() {
        poller.close();
        arena.close();
    }

    /** Ends the loop's thread, tearing what is still open. Any thread. */
    void stop() throws InterruptedException {
        mailbox.offer(() -> stopped = true);
        thread.join();
    }

    /** Runs a task on the loop, or here if the loop has ended, and waits for that. */
    void runAndWait(Runnable task) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        if (mailbox.offer(() -> {
            try {
                task.run();
            } finally {
                done.countDown();
            }
        })) {
            done.await();
        } else {
            thread.join();
            task.run();
        }
    }

    /** Frees the memory, when no other thread can have an address of it any more. */
    void release() {
        arena.close();
    }
}
