package sluice.io.blocking;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.Model;
import sluice.io.Protocol;
import sluice.io.Service;
import sluice.io.Socket;
import sluice.io.SparseLog;
import sluice.io.loop.Acceptor;
import sluice.io.loop.Arrangement;
import sluice.io.loop.LoopSettings;
import sluice.io.socket.Listener;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** What came before reactors: a thread accepts and gives each connection a thread of its own. */
public final class ThreadPerConnection implements Arrangement {
    /** How exactly time limits are kept: nothing but a look from outside ends a blocking call. */
    private static final long CLOCK_NANOS = 100_000_000;

    private static final long STOP_POLL_NANOS = 1_000_000;
    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Cell cell;
    private final LoopSettings settings;
    private final ConnectionThreads threads;
    private final Listener listener;
    private final InetSocketAddress address;
    private final Acceptor acceptor;
    private final SparseLog overload;
    private final Counters acceptCounters = new Counters();
    private final Counters ended = new Counters();
    private final Set<BlockingLoop> live = ConcurrentHashMap.newKeySet();
    private final Thread acceptThread;
    private final Thread clockThread;
    private volatile boolean accepting = true;
    private volatile boolean draining;
    private volatile boolean stopped;

    public ThreadPerConnection(InetSocketAddress at, LoopSettings settings) throws IOException {
        this.settings = settings;
        cell = settings.backend().cell();
        listener = settings.backend().listen(at, cell.model() == Model.BLOCKING, false);
        threads = makeThreads();
        address = listener.address();
        acceptor = new Acceptor(listener::accept, settings, acceptCounters, this::adopt);
        overload = new SparseLog(settings.clock());
        acceptThread = Thread.ofPlatform().name("sluice-accept").start(this::accept);
        clockThread = Thread.ofPlatform().name("sluice-clock").daemon().start(this::watchClock);
    }

    private ConnectionThreads makeThreads() {
        try {
            return cell.model() == Model.VIRTUAL
                    ? new VirtualThreads(settings)
                    : new PlatformThreads(settings);
        } catch (Throwable failure) {
            listener.close();
            throw failure;
        }
    }

    Cell cell() {
        return cell;
    }

    LoopSettings settings() {
        return settings;
    }

    private void accept() {
        while (accepting) {
            switch (acceptor.accept(1)) {
                case MORE -> {}
                case WAIT -> threads.awaitConnection(listener);
                case PAUSE -> LockSupport.parkNanos(Acceptor.PAUSE_NANOS);
                case END -> {
                    if (accepting) {
                        LOG.log(System.Logger.Level.ERROR, "no connection is accepted any more");
                    }
                    return;
                }
            }
        }
        if (!threads.block()) {
            acceptor.accept(Listener.BACKLOG);
        }
        threads.endAwaiting();
    }

    private void watchClock() {
        while (!stopped) {
            LockSupport.parkNanos(CLOCK_NANOS);
            long now = settings.clock().getAsLong();
            live.forEach(loop -> loop.wakeIfLate(now));
        }
    }

    void adopt(Socket socket) {
        serve(socket, settings.service(), null);
    }

    void connect(InetSocketAddress to, Protocol protocol) throws IOException {
        Socket socket = settings.backend().open(to, threads.block());
        serve(socket, _ -> () -> protocol, to);
    }

    private void serve(Socket socket, Service service, @Nullable InetSocketAddress remote) {
        settings.population().incrementAndGet();
        try {
            threads.start(() -> run(socket, service, remote));
        } catch (Throwable e) {
            // OutOfMemoryError: no thread to be had (the limit on processes, cgroup pids).
            overload.warn("no thread for a connection: " + e.getMessage());
            turnAway(socket);
        }
    }

    private void turnAway(Socket socket) {
        socket.close();
        settings.population().decrementAndGet();
    }

    private void run(Socket socket, Service service, @Nullable InetSocketAddress remote) {
        BlockingLoop loop;
        Waiting waiting = threads.waiting(socket);
        try {
            loop = new BlockingLoop(this, waiting, socket, service, remote);
        } catch (Throwable mistake) {
            waiting.end();
            LOG.log(System.Logger.Level.ERROR, "no protocol for a connection", mistake);
            turnAway(socket);
            return;
        }
        live.add(loop);
        // Whoever asked all that are live may have missed this one.
        if (draining) {
            loop.drain();
        }
        if (stopped) {
            loop.tear();
        }
        loop.run();
        synchronized (ended) {
            live.remove(loop);
            ended.addAll(loop.resources().counters());
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    /** Where accepting blocks, the connections in the listen queue at this moment are lost. */
    @Override
    public synchronized void stopAccepting() throws InterruptedException {
        if (acceptThread.isAlive()) {
            accepting = false;
            threads.stopAwaiting(listener);
            acceptThread.join();
        }
        listener.close();
    }

    @Override
    public void drain() {
        draining = true;
        live.forEach(BlockingLoop::drain);
    }

    @Override
    public void stop() throws InterruptedException {
        stopped = true;
        while (settings.population().get() > 0) {
            live.forEach(BlockingLoop::tear);
            LockSupport.parkNanos(STOP_POLL_NANOS);
        }
        LockSupport.unpark(clockThread);
        clockThread.join();
        threads.stop();
    }

    @Override
    public void release() {
        threads.release();
    }

    @Override
    public long count(Counter counter) {
        synchronized (ended) {
            long sum = ended.get(counter) + acceptCounters.get(counter) + threads.count(counter);
            for (BlockingLoop loop : live) {
                sum += loop.resources().counters().get(counter);
            }
            return sum;
        }
    }

    @Override
    public String threads() {
        return threads.words() + " (no loops: --reactor does not apply)";
    }
}
