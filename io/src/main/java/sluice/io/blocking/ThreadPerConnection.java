package sluice.io.blocking;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.LoopState;
import sluice.io.Model;
import sluice.io.Protocol;
import sluice.io.Service;
import sluice.io.Socket;
import sluice.io.SparseLog;
import sluice.io.loop.Arrangement;
import sluice.io.loop.LoopSettings;
import sluice.io.socket.Listener;
import sluice.io.socket.PortSharing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The design before reactors: a thread per listener accepts, and each connection gets its own
 * thread.
 */
public final class ThreadPerConnection implements Arrangement {
    /** Precision of time limits: only a periodic check by another thread ends a blocking call. */
    private static final long CLOCK_NANOS = 100_000_000;

    private static final long STOP_POLL_NANOS = 1_000_000;
    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Cell cell;
    private final LoopSettings settings;
    private final ConnectionThreads threads;
    private final List<AcceptThread> acceptThreads = new ArrayList<>();
    private final SparseLog overload;
    private final Counters ended = new Counters();
    private final Set<BlockingLoop> live = ConcurrentHashMap.newKeySet();
    private final Thread clockThread;
    private volatile boolean draining;
    private volatile boolean stopped;

    public ThreadPerConnection(List<SocketAddress> at, LoopSettings settings) throws IOException {
        this.settings = settings;
        cell = settings.backend().cell();
        overload = new SparseLog(settings.clock());
        List<Listener> listeners = listen(at);
        threads = makeThreads(listeners);
        for (int i = 0; i < listeners.size(); i++) {
            int number = i;
            acceptThreads.add(new AcceptThread(
                    listeners.get(i), threads, settings, one -> adopt(one, number)));
        }
        acceptThreads.forEach(AcceptThread::start);
        clockThread = Thread.ofPlatform().name("sluice-clock").daemon().start(this::watchClock);
    }

    private List<Listener> listen(List<SocketAddress> at) throws IOException {
        List<Listener> listeners = new ArrayList<>();
        try {
            for (SocketAddress one : at) {
                boolean blocks = cell.model() == Model.BLOCKING;
                listeners.add(settings.backend().listen(one, blocks, PortSharing.ALONE));
                listeners.getLast().pace(settings.limits().pace());
            }
            return listeners;
        } catch (Throwable failure) {
            listeners.forEach(Listener::close);
            throw failure;
        }
    }

    private ConnectionThreads makeThreads(List<Listener> listeners) {
        try {
            return cell.model() == Model.VIRTUAL
                    ? new VirtualThreads(settings)
                    : new PlatformThreads(settings);
        } catch (Throwable failure) {
            listeners.forEach(Listener::close);
            throw failure;
        }
    }

    Cell cell() {
        return cell;
    }

    LoopSettings settings() {
        return settings;
    }

    private void watchClock() {
        while (!stopped) {
            LockSupport.parkNanos(CLOCK_NANOS);
            long now = settings.clock().getAsLong();
            live.forEach(loop -> loop.look(now));
        }
    }

    private void adopt(Socket socket, int listener) {
        serve(socket, settings.services().get(listener), null);
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
            overload.warn("cannot start a thread for a connection: " + e.getMessage());
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
            LOG.log(System.Logger.Level.ERROR, "cannot create a protocol", mistake);
            turnAway(socket);
            return;
        }
        live.add(loop);
        settings.rooms().join(loop.member);
        // A drain that visited all live connections may have missed this one.
        if (draining) {
            loop.drain();
        }
        if (stopped) {
            loop.tear();
        }
        loop.run();
        settings.rooms().leave(loop.member);
        synchronized (ended) {
            live.remove(loop);
            ended.addAll(loop.resources().counters());
        }
    }

    @Override
    public List<SocketAddress> addresses() {
        return acceptThreads.stream().map(AcceptThread::address).toList();
    }

    @Override
    public synchronized void stopAccepting() throws InterruptedException {
        for (AcceptThread accepting : acceptThreads) {
            accepting.close();
        }
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
            long sum = ended.get(counter) + threads.count(counter);
            for (AcceptThread accepting : acceptThreads) {
                sum += accepting.counters().get(counter);
            }
            for (BlockingLoop loop : live) {
                sum += loop.resources().counters().get(counter);
            }
            return sum;
        }
    }

    @Override
    public List<LoopState> states() {
        return List.of();
    }

    @Override
    public String threads() {
        return threads.words() + " (no loops: --reactor does not apply)";
    }
}
