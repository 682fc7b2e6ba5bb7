package sluice.io.blocking;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.LoopResources;
import sluice.io.Pool;
import sluice.io.Reactor;
import sluice.io.Socket;
import sluice.io.Work;
import sluice.io.loop.Acceptor;
import sluice.io.loop.LoopSettings;
import sluice.io.readiness.Poller;
import sluice.io.socket.Listener;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * A virtual thread per connection: the code looks blocking, but parks instead. An idle connection
 * is a stack of some hundred bytes on the heap and holds no buffer, because all share them. The
 * price is two hand-overs per wait, from the poller to a carrier and back.
 */
final class VirtualThreads implements ConnectionThreads {
    private final Cell cell;
    private final LoopSettings settings;
    private final Arena arena = Arena.ofShared();
    private final Counters counters = new Counters();
    private final LoopResources shared;
    private final Pool<Block> scratch;
    private final Pool<CopyPath> paths;
    private final List<CopyPath> made = new ArrayList<>();
    private final List<Parking> parkings = new ArrayList<>();
    private volatile boolean stopped;

    VirtualThreads(LoopSettings settings) {
        cell = settings.backend().cell();
        this.settings = settings;
        shared = LoopResources.shared(
                settings.clock(),
                arena,
                settings.limits(),
                settings.population(),
                settings.rooms()::left);
        scratch = Pool.shared(settings.limits().connections(), shared::newBlock);
        // A worker has one at a time, and there are few of them.
        paths = Pool.shared(Reactor.WORKER_THREADS, this::newPath);
        parkings.add(new Parking(cell.sockets(), counters));
    }

    /** Under the pool's lock. */
    private CopyPath newPath() {
        CopyPath path = settings.backend().path(shared, settings.copying());
        made.add(path);
        return path;
    }

    @Override
    public boolean block() {
        return false;
    }

    @Override
    public void start(Runnable task) {
        Thread.ofVirtual().name("sluice-connection").start(task);
    }

    @Override
    public Waiting waiting(Socket socket) {
        return new ParkingWait(this, socket);
    }

    /** A working poller: one that failed has reset its connections, later ones get another. */
    synchronized Parking parking() {
        Parking parking = parkings.getLast();
        if (parking.ended() && !stopped) {
            parking = new Parking(cell.sockets(), counters);
            parkings.add(parking);
        }
        return parking;
    }

    /** Resources of one connection: its own timers and counters, and shared buffers. */
    LoopResources resources() {
        return shared.sibling();
    }

    Executor workers() {
        return task -> settings.workers().execute(Work.QUICK, task);
    }

    Block takeScratch() {
        return Objects.requireNonNull(scratch.take(), "as many as connections");
    }

    void giveScratch(Block block) {
        scratch.give(block);
    }

    CopyPath takePath() {
        return Objects.requireNonNull(paths.take(), "as many as workers");
    }

    void givePath(CopyPath path) {
        paths.give(path);
    }

    @Override
    public Arrivals arrivals(Listener listener) {
        return new ParkedArrivals(listener);
    }

    /** The accepting thread parks until the poller reports its listener. */
    private final class ParkedArrivals implements Arrivals {
        private final Listener listener;
        private volatile @Nullable ReadinessGate gate;
        private volatile boolean over;

        ParkedArrivals(Listener listener) {
            this.listener = listener;
        }

        /** Every wait asks the poller: connections may have been left since its last event. */
        @Override
        public void await() {
            ReadinessGate asked = gate;
            if (asked == null) {
                asked = parking().gate(listener);
                gate = asked;
            }
            asked.forget(Poller.READ);
            asked.ask(Poller.READ);
            if (!over && asked.await(Poller.READ) < 0) {
                asked.close();
                gate = null;
                LockSupport.parkNanos(Acceptor.PAUSE_NANOS);
            }
        }

        @Override
        public void stop() {
            over = true;
            ReadinessGate asked = gate;
            if (asked != null) {
                asked.wake();
            }
        }

        @Override
        public void end() {
            ReadinessGate asked = gate;
            if (asked != null) {
                asked.close();
            }
        }
    }

    @Override
    public void stop() throws InterruptedException {
        stopped = true;
        for (Parking parking : all()) {
            parking.stop();
        }
    }

    private synchronized List<Parking> all() {
        return List.copyOf(parkings);
    }

    @Override
    public void release() {
        all().forEach(Parking::release);
        made.forEach(CopyPath::close);
        arena.close();
    }

    @Override
    public long count(Counter counter) {
        return counters.get(counter) + shared.counters().get(counter);
    }

    @Override
    public String words() {
        return "a virtual thread per connection, parked at one poller";
    }
}
