package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.io.blocking.ThreadPerConnection;
import sluice.io.loop.Arrangement;
import sluice.io.loop.Backend;
import sluice.io.loop.BackendLayer;
import sluice.io.loop.LoopSettings;
import sluice.io.loop.RoomMaker;
import sluice.io.loop.WorkPool;
import sluice.io.reactor.Backends;
import sluice.io.reactor.LoopArrangement;
import sluice.io.workers.WorkersArrangement;
import sluice.linux.Errno;
import sluice.linux.Kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A running server of any {@link Service}s, with a model, a reactor design and a copy path. */
public final class Reactors implements AutoCloseable {
    /** Threads that read bytes missing in memory, one read each at a time. */
    private static final int READERS = 8;

    private static final long DRAIN_POLL_NANOS = 2_000_000;
    /** How long close waits for workers that are inside a system call. */
    private static final long WORKERS_END_SECONDS = 5;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Machinery machinery;
    private final @Nullable Layer layer;
    private final AtomicInteger population = new AtomicInteger();
    private final WorkPool workers;
    /** Separate from the workers: looking up names must not wait for reads of a slow disk. */
    private final ExecutorService readers;

    private final Arrangement arrangement;
    private boolean closed;

    private Reactors(Backend backend, @Nullable Layer layer, Limits limits, List<Listen> listeners)
            throws IOException {
        machinery = backend.machinery();
        this.layer = layer;
        openWhatLoggingNeeds();
        workers = new WorkPool("sluice-worker", Reactor.WORKER_THREADS);
        readers = readers();
        LoopSettings loopSettings = new LoopSettings(
                listeners.stream().map(Listen::service).toList(),
                limits,
                workers,
                System::nanoTime,
                population,
                backend,
                readers,
                new RoomMaker(System::nanoTime));
        arrangement = arrangement(listeners.stream().map(Listen::address).toList(), loopSettings);
    }

    /**
     * Logs once before it matters. The first line of java.util.logging makes the JDK read its file
     * of time zones. If that line reports that descriptors have run out, the read fails, and
     * logging throws NoClassDefFoundError from then on. So does any class of ours that is first
     * loaded then, unless it comes from an open jar.
     */
    private static void openWhatLoggingNeeds() {
        LOG.log(
                System.Logger.Level.DEBUG,
                "log lines are in {0}, and tell of errors as {1}",
                ZoneId.systemDefault(),
                Errno.describe(-Errno.EMFILE));
    }

    private Arrangement arrangement(List<SocketAddress> at, LoopSettings loops) throws IOException {
        try {
            if (machinery.cell().hasThreads()) {
                return new ThreadPerConnection(at, loops);
            }
            int count = machinery.loopCount();
            return machinery.reactor() == Reactor.WORKERS
                    ? new WorkersArrangement(count, at, loops)
                    : new LoopArrangement(machinery.reactor(), count, at, loops);
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof IOException refused ? refused : new IOException(e);
        }
    }

    /** The number of connections limits the queue: each waits for at most one read. */
    private static ExecutorService readers() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                READERS,
                READERS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().name("sluice-reader").daemon().unstarted(task));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /**
     * Listens on all addresses and starts the threads.
     *
     * @param listeners at least one; connections of each get its service
     * @throws IOException if it cannot listen on an address, or the kernel has no memory for a loop
     * @throws IllegalArgumentException if this machine cannot run the machinery, with the reason
     */
    public static Reactors start(Machinery machinery, Limits limits, List<Listen> listeners)
            throws IOException {
        return start(machinery, limits, listeners, Kernel.LINUX);
    }

    /** Like the method above, with a kernel of a test. */
    public static Reactors start(
            Machinery machinery, Limits limits, List<Listen> listeners, Kernel kernel)
            throws IOException {
        requireSome(listeners);
        String refusal = machinery.refusal();
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        return new Reactors(Backends.of(machinery, kernel), null, limits, listeners);
    }

    /**
     * The same with a layer between all connections and the network.
     *
     * @throws IllegalArgumentException also if the layer cannot be used with the machinery
     */
    public static Reactors start(
            Machinery machinery, Limits limits, List<Listen> listeners, Layer layer)
            throws IOException {
        requireSome(listeners);
        String refusal = machinery.refusal();
        if (refusal == null) {
            refusal = layer.refusal(machinery);
        }
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        if (layer instanceof BackendLayer known) {
            Backend plain = Backends.of(layer.under(machinery), Kernel.LINUX);
            return new Reactors(known.around(plain), layer, limits, listeners);
        }
        throw new IllegalArgumentException("layer " + layer.label() + " is not of this module");
    }

    private static void requireSome(List<Listen> listeners) {
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("no address to listen on: give at least one");
        }
    }

    /**
     * The address it listens on, with the actual port; the first if there are several.
     *
     * @throws IllegalStateException if it listens on Unix sockets only
     */
    public InetSocketAddress address() {
        return arrangement.addresses().stream()
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("listens on Unix sockets only"));
    }

    /** The addresses it listens on, in the order of its listeners. */
    public List<SocketAddress> addresses() {
        return arrangement.addresses();
    }

    /** Model, copy path and threads, for the user. */
    public String description() {
        return "model " + machinery.cell().model().label() + ", copy "
                + machinery.cell().effectiveCopy().label() + ", "
                + (layer == null ? "" : "layer " + layer.label() + ", ") + arrangement.threads();
    }

    /** The sum of a counter over all loops. */
    public long count(Counter counter) {
        return arrangement.count(counter);
    }

    /** The number of open connections. */
    public int connections() {
        return population.get();
    }

    /** Its loops and workers now; none if each connection has a thread of its own. */
    public List<LoopState> loops() {
        return arrangement.states();
    }

    /**
     * Its listening sockets, for another process that gets copies of the descriptors: both accept
     * from the same queues then, and the end of this one refuses nobody. So no client notices that
     * one process takes the place of another.
     *
     * @return the descriptors, which stay this one's; none if the model cannot do without the
     *     sockets: one that waits in accept(2) ends the wait by shutdown(2) for all processes, and
     *     a ring may accept one more client while it is told to stop, and reset it
     */
    public List<Integer> handOver() {
        return machinery.cell().model() == Model.IO_URING ? List.of() : arrangement.handOver();
    }

    /** Accepts no more clients. Those that wait in the queues are accepted before. */
    public void stopAccepting() throws InterruptedException {
        arrangement.stopAccepting();
    }

    /**
     * Stops accepting, lets every connection finish what it has started, and waits for them.
     *
     * @return whether all connections ended in time
     */
    public boolean drain(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        arrangement.stopAccepting();
        arrangement.drain();
        while (population.get() > 0 && System.nanoTime() - deadline < 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(DRAIN_POLL_NANOS);
        }
        return population.get() == 0;
    }

    /** Resets open connections and ends all threads. Must not be called on one of them. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            arrangement.stopAccepting();
            arrangement.stop();
            workers.close();
            // Reads that have not started still release their files.
            readers.shutdown();
            if (workers.awaitEnd(WORKERS_END_SECONDS)
                    && readers.awaitTermination(WORKERS_END_SECONDS, TimeUnit.SECONDS)) {
                arrangement.release();
            } else {
                // A read that hangs in the disk may still write to our memory, so it is not freed.
                LOG.log(System.Logger.Level.WARNING, "a worker did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
