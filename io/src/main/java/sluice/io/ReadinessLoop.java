package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The reactor of every readiness model. A turn: tell the poller what changed; wait until something
 * is ready or a timer is due; sample the clock; run what is ready, then what has ended, from lists
 * and never nested; run timers; run posted tasks.
 */
final class ReadinessLoop implements EventLoop, Runnable {
    /**
     * Bytes one connection may send per turn. One fast client on loopback or a 100 Gbit/s card takes
     * bytes as fast as they are offered; everybody else waits for at most this many per client.
     */
    static final long QUANTUM = 1 << 20;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Cell cell;
    private final LoopResources resources;
    private final Arena arena;
    private final Slots slots = new Slots();
    private final Poller poller;
    private final CopyPath path;
    private final Block scratch;
    private final Executor workers;
    private final Supplier<Protocol> protocols;
    private final ReadyList ready = new ReadyList();
    private final ArrayList<Registration> changes = new ArrayList<>();
    private final ArrayDeque<Endpoint> finished = new ArrayDeque<>();
    private final ArrayDeque<Endpoint> deferred = new ArrayDeque<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean wakePending = new AtomicBoolean();
    private final Thread thread;
    private final AtomicInteger connections = new AtomicInteger();
    private long turn;
    private boolean stopped;

    ReadinessLoop(String name, Cell cell, LoopSettings settings) {
        this.cell = cell;
        this.arena = Arena.ofShared();
        this.workers = settings.workers();
        resources = settings.resources(arena);
        poller = cell.poller(slots, arena);
        path = cell.path(resources);
        scratch = resources.newBlock();
        protocols = settings.service().on(this);
        thread = Thread.ofPlatform().name(name).unstarted(this);
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                runTurn();
            }
        } finally {
            forEachConnection(connection -> connection.abort(Counter.FAILED));
            poller.close();
            arena.close();
        }
    }

    private void runTurn() {
        turn++;
        tellChanges();
        poller.await(patience(), ready);
        resources.sample();
        for (int i = 0; i < ready.size(); i++) {
            run(ready.get(i));
        }
        ready.clear();
        reportFinished();
        resources.timers().expire(resources.now());
        runTasks();
    }

    private long patience() {
        if (!finished.isEmpty() || !deferred.isEmpty() || !tasks.isEmpty()) {
            return 0;
        }
        long next = resources.timers().next();
        return next == Timers.NEVER ? next : Math.max(0, next - resources.now());
    }

    private void tellChanges() {
        for (Registration registration : changes) {
            registration.changed = false;
            if (!registration.closed && registration.wanted != registration.armed) {
                poller.update(registration);
            }
        }
        changes.clear();
    }

    private void run(Registration registration) {
        if (registration.closed) {
            return;
        }
        try {
            registration.owner.ready(registration.events);
        } catch (RuntimeException e) {
            tear(registration, e);
        }
    }

    /** Runs completions until none is left; who has used up its quantum goes on in the next turn. */
    private void reportFinished() {
        finished.addAll(deferred);
        deferred.clear();
        for (Endpoint endpoint = finished.poll(); endpoint != null; endpoint = finished.poll()) {
            try {
                endpoint.report();
            } catch (RuntimeException e) {
                tear(endpoint.registration(), e);
            }
        }
    }

    /** A mistake of ours costs the one connection, not the loop. */
    private static void tear(Registration registration, RuntimeException mistake) {
        LOG.log(System.Logger.Level.ERROR, "connection torn by an error of ours", mistake);
        if (registration.owner instanceof Endpoint endpoint) {
            endpoint.connection().abort(Counter.FAILED);
        }
    }

    private void runTasks() {
        wakePending.set(false);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a posted task failed", e);
            }
        }
    }

    // What endpoints ask for

    long turn() {
        return turn;
    }

    CopyPath path() {
        return path;
    }

    /** Where received bytes first arrive; shared by all connections, since only one runs at a time. */
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

    void forget(Registration registration) {
        registration.closed = true;
        poller.remove(registration);
        connections.decrementAndGet();
    }

    // What acceptors ask for

    /** Watches a listener; {@code owner} is told whenever there may be connections to accept. */
    @Nullable
    Registration listen(Listener listener, Registration.Ready owner) {
        Registration registration = new Registration(listener, owner, Poller.READ);
        return poller.add(registration) == 0 ? registration : null;
    }

    void stopListening(Registration registration) {
        registration.closed = true;
        poller.remove(registration);
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
        tasks.add(task);
        if (!onLoop() && wakePending.compareAndSet(false, true)) {
            poller.wake();
        }
    }

    private boolean onLoop() {
        return thread.equals(Thread.currentThread());
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        workers.execute(() -> {
            try {
                work.run();
            } finally {
                post(then);
            }
        });
    }

    @Override
    public void adopt(Socket socket) {
        if (onLoop()) {
            open(socket, protocols, false);
        } else {
            post(() -> open(socket, protocols, false));
        }
    }

    @Override
    public void connect(InetSocketAddress address, Protocol protocol) throws IOException {
        Socket socket = cell.sockets().open(address, false);
        resources.population().incrementAndGet();
        long result = socket.connect(address);
        Connection connection = open(socket, () -> protocol, result != 0);
        if (result < 0 && result != -Errno.EINPROGRESS) {
            connection.failed(result);
        }
    }

    private Connection open(Socket socket, Supplier<Protocol> protocol, boolean connecting) {
        Endpoint endpoint = new Endpoint(this, socket, connecting);
        Connection connection = new Connection(this, endpoint, protocol);
        endpoint.connection(connection);
        connections.incrementAndGet();
        if (poller.add(endpoint.registration()) < 0) {
            // The kernel has no memory, or no watches left (epoll_ctl(2)): shed this one.
            connections.decrementAndGet();
            socket.close();
            connection.refused();
        } else if (!connecting) {
            connection.opened();
        }
        return connection;
    }

    // What the arrangement asks for

    void start() {
        thread.start();
    }

    /** Connections open here; any thread. */
    int connections() {
        return connections.get();
    }

    void forEachConnection(Consumer<Connection> action) {
        slots.forEach(registration -> {
            if (registration.owner instanceof Endpoint endpoint) {
                action.accept(endpoint.connection());
            }
        });
    }

    /** Ends the loop's thread, tearing what is still open. Any thread. */
    void stop() throws InterruptedException {
        post(() -> stopped = true);
        thread.join();
    }
}
