package sluice.io.workers;

import sluice.io.Cell;
import sluice.io.EventLoop;
import sluice.io.Limits;
import sluice.io.LoopResources;
import sluice.io.Pool;
import sluice.io.Protocol;
import sluice.io.Reactor;
import sluice.io.SendQueue;
import sluice.io.Service;
import sluice.io.Timers;
import sluice.io.Work;
import sluice.io.loop.LoopSettings;
import sluice.io.loop.Mailbox;
import sluice.io.loop.Pulse;
import sluice.io.loop.RoomMaker;
import sluice.io.loop.Workers;
import sluice.linux.Errno;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A worker of {@link Reactor#WORKERS}: one thread on which the protocols of some connections run,
 * while the reactor moves their bytes. It has no sockets, and a protocol may block it: then only
 * its own connections wait.
 */
public final class Worker implements EventLoop, Runnable {
    private static final int TASKS_PER_TURN = 1_024;
    /** How long a thread that is inside a call of the file system may take to leave it. */
    private static final long END_SECONDS = 5;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Cell cell;
    private final LoopResources resources;
    private final Arena arena = Arena.ofShared();
    private final Pool<SendQueue> batches;
    private final AtomicInteger connections = new AtomicInteger();
    private final ArrayDeque<WorkerTransport> touched = new ArrayDeque<>();
    private final Pulse pulse = new Pulse();
    private final Thread thread;
    private final Mailbox mailbox;
    /** One for each listener. */
    private final List<Supplier<Protocol>> protocols;

    /** The threads for long work. */
    private final Workers elsewhere;

    private final boolean wantsPeers;
    private final RoomMaker rooms;
    private final RoomMaker.Member member;
    private volatile EventLoop reactor = this;
    /** Kept beside the thread's permit, which a protocol that blocks may use up. */
    private volatile boolean woken;

    private boolean stopped;

    Worker(String name, LoopSettings settings) {
        cell = settings.backend().cell();
        elsewhere = settings.workers();
        Limits limits = settings.limits();
        resources = new LoopResources(
                settings.clock(),
                arena,
                // The reactor watches the sockets, and resets those that stall.
                limits.withStall(Limits.TIME_MAX),
                connections);
        batches = Pool.shared(limits.buffersPerLoop(), () -> new SendQueue(resources.newBlock()));
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this);
        mailbox = new Mailbox(thread, this::wake);
        try {
            protocols = settings.protocols(this);
            wantsPeers = settings.services().stream().anyMatch(Service::wantsPeers);
        } catch (Throwable failure) {
            arena.close();
            throw failure;
        }
        rooms = settings.rooms();
        member = new RoomMaker.Member(resources.idle(), this::post, () -> !pulse.isStuck());
        rooms.join(member);
    }

    void start() {
        thread.start();
    }

    /** Sets the loop that will have the sockets of new connections. Any thread. */
    void reactor(EventLoop loop) {
        reactor = loop;
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                turn();
            } catch (Throwable mistake) {
                LOG.log(System.Logger.Level.ERROR, "a worker's turn failed", mistake);
            }
        }
        rooms.leave(member);
        mailbox.close();
        flush();
    }

    private void turn() {
        pulse.waiting();
        await();
        pulse.turning();
        resources.sample();
        mailbox.run(TASKS_PER_TURN);
        resources.timers().expire(resources.now());
        flush();
    }

    private void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    private void await() {
        long next = resources.timers().next();
        if (!woken && mailbox.isEmpty()) {
            if (next == Timers.NEVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, Math.max(1, next - resources.now()));
            }
        }
        woken = false;
    }

    private void flush() {
        for (WorkerTransport one = touched.poll(); one != null; one = touched.poll()) {
            one.flush();
        }
    }

    // What each connection's two sides ask for

    /** Has the transport flushed when this turn ends. Worker's thread. */
    void touched(WorkerTransport transport) {
        touched.add(transport);
    }

    /** The batches that carry output to the reactor. Any thread. */
    Pool<SendQueue> batches() {
        return batches;
    }

    Supplier<Protocol> protocols(int listener) {
        return protocols.get(listener);
    }

    /** Counts a connection before it is open. Any thread. */
    void admit() {
        connections.incrementAndGet();
    }

    boolean wantsPeers() {
        return wantsPeers;
    }

    public int connections() {
        return connections.get();
    }

    Pulse pulse() {
        return pulse;
    }

    Thread thread() {
        return thread;
    }

    // The contract

    @Override
    public Cell cell() {
        return cell;
    }

    /** The reactor does. */
    @Override
    public boolean movesTheBytes() {
        return false;
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    @Override
    public boolean post(Runnable task) {
        return mailbox.offer(task);
    }

    /**
     * Runs both later on this thread, which is a worker already. Long work runs on a thread that
     * has no connections.
     */
    @Override
    public void offload(Work kind, Runnable work, Runnable then) {
        if (kind == Work.LONG) {
            elsewhere.execute(kind, () -> {
                Mailbox.runSafely(work);
                post(then);
            });
            return;
        }
        post(() -> {
            Mailbox.runSafely(work);
            then.run();
        });
    }

    /** The reactor connects; if it gets no socket, the protocol is told so here. */
    @Override
    public void connect(InetSocketAddress address, Protocol protocol) {
        admit();
        ReactorSide side = new ReactorSide(reactor, this, () -> protocol);
        reactor.post(() -> {
            try {
                reactor.connect(address, side);
            } catch (IOException e) {
                side.failedToOpen(-Errno.EMFILE);
                side.closed();
            }
        });
    }

    // What the arrangement asks for

    /** Ends the thread after the tasks it was given. */
    void stop() throws InterruptedException {
        mailbox.offer(() -> stopped = true);
        thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
    }

    /** Frees the memory of a thread that has ended; one inside a system call keeps its own. */
    void release() {
        if (thread.isAlive()) {
            LOG.log(System.Logger.Level.WARNING, "a worker did not stop in time");
        } else {
            arena.close();
        }
    }
}
