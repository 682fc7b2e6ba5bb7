package sluice.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** What came before reactors: a thread accepts and gives each connection a thread of its own. */
final class ThreadPerConnection implements Arrangement {
    /** How exactly time limits are kept: nothing but a look from outside ends a blocking call. */
    private static final long CLOCK_NANOS = 100_000_000;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Cell cell;
    private final LoopSettings settings;
    private final Listener listener;
    private final InetSocketAddress address;
    private final Acceptor acceptor;
    private final Counters acceptCounters = new Counters();
    private final Counters ended = new Counters();
    private final Set<BlockingLoop> live = ConcurrentHashMap.newKeySet();
    private final Thread acceptThread;
    private final Thread clockThread;
    private volatile boolean stopped;

    ThreadPerConnection(Cell cell, InetSocketAddress at, LoopSettings settings) throws IOException {
        this.cell = cell;
        this.settings = settings;
        listener = cell.sockets().listen(at, true);
        address = listener.address();
        acceptor = new Acceptor(listener, settings, acceptCounters, this::adopt);
        acceptThread = Thread.ofPlatform().name("sluice-accept").start(this::accept);
        clockThread = Thread.ofPlatform().name("sluice-clock").daemon().start(this::watchClock);
    }

    Cell cell() {
        return cell;
    }

    LoopSettings settings() {
        return settings;
    }

    private void accept() {
        while (true) {
            switch (acceptor.acceptOne()) {
                case MORE, WAIT -> {}
                case PAUSE -> LockSupport.parkNanos(Acceptor.PAUSE_NANOS);
                case END -> {
                    return;
                }
            }
            if (stopped) {
                return;
            }
        }
    }

    private void watchClock() {
        while (!stopped) {
            LockSupport.parkNanos(CLOCK_NANOS);
            long now = settings.clock().getAsLong();
            live.forEach(loop -> loop.wakeIfLate(now));
        }
    }

    void adopt(Socket socket) {
        serve(socket, settings.service());
    }

    void connect(InetSocketAddress to, Protocol protocol) throws IOException {
        Socket socket = cell.sockets().open(to, true);
        settings.population().incrementAndGet();
        Thread.ofPlatform().name("sluice-connect").start(() -> {
            long result = socket.connect(to);
            if (result < 0) {
                settings.population().decrementAndGet();
                socket.close();
                protocol.closed();
            } else {
                serve(socket, _ -> () -> protocol);
            }
        });
    }

    private void serve(Socket socket, Service service) {
        BlockingLoop loop = new BlockingLoop(this, socket, service);
        live.add(loop);
        try {
            Thread.ofPlatform().name("sluice-connection").start(() -> {
                loop.run();
                ended(loop);
            });
        } catch (OutOfMemoryError e) {
            // No thread to be had (the limit on processes, cgroup pids): this one cannot be served.
            LOG.log(System.Logger.Level.WARNING, "no thread for a connection: " + e.getMessage());
            loop.abort();
            ended(loop);
        }
    }

    private void ended(BlockingLoop loop) {
        synchronized (ended) {
            live.remove(loop);
            ended.addAll(loop.resources().counters());
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void stopAccepting() throws InterruptedException {
        listener.interrupt();
        acceptThread.join();
        listener.close();
    }

    @Override
    public void drain() {
        live.forEach(BlockingLoop::drain);
    }

    @Override
    public void stop() throws InterruptedException {
        stopped = true;
        while (!live.isEmpty()) {
            live.forEach(BlockingLoop::tear);
            LockSupport.parkNanos(1_000_000);
        }
        clockThread.join();
    }

    @Override
    public long count(Counter counter) {
        synchronized (ended) {
            long sum = ended.get(counter) + acceptCounters.get(counter);
            for (BlockingLoop loop : live) {
                sum += loop.resources().counters().get(counter);
            }
            return sum;
        }
    }

    @Override
    public String threads() {
        return "a thread per connection";
    }
}
