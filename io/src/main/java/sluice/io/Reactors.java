package sluice.io;

import sluice.io.blocking.ThreadPerConnection;
import sluice.io.loop.Arrangement;
import sluice.io.loop.LoopSettings;
import sluice.io.reactor.Backends;
import sluice.io.reactor.LoopArrangement;
import sluice.io.workers.WorkersArrangement;
import sluice.linux.Errno;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A running server of any {@link Service}s: a model, a reactor design and a copy path at work. */
public final class Reactors implements AutoCloseable {
    /** Threads that read what is not in memory; one read each is under way. */
    private static final int READERS = 8;

    private static final long DRAIN_POLL_NANOS = 2_000_000;
    /** How long a worker that is inside a system call may take to leave it when all ends. */
    private static final long WORKERS_END_SECONDS = 5;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Machinery machinery;
    private final AtomicInteger population = new AtomicInteger();
    private final ExecutorService workers;
    /** Apart from the workers: names must not wait behind a slow disk's bytes. */
    private final ExecutorService readers;

    private final Arrangement arrangement;
    private boolean closed;

    private Reactors(Machinery machinery, Limits limits, List<Listen> listeners, Kernel kernel)
            throws IOException {
        this.machinery = machinery;
        openWhatLoggingNeeds();
        workers = workers("sluice-worker", Reactor.WORKER_THREADS);
        readers = workers("sluice-reader", READERS);
        LoopSettings loopSettings = new LoopSettings(
                listeners.stream().map(Listen::service).toList(),
                limits,
                workers,
                System::nanoTime,
                population,
                Backends.of(machinery, kernel),
                readers);
        arrangement = arrangement(listeners.stream().map(Listen::address).toList(), loopSettings);
    }

    /**
     * The first line that java.util.logging writes reads the JDK's file of time zones. If that line
     * is about descriptors that have run out, it throws NoClassDefFoundError, then and ever after.
     * So does a class of ours that is first needed then, unless it comes from an open jar.
     */
    private static void openWhatLoggingNeeds() {
        LOG.log(
                System.Logger.Level.DEBUG,
                "log lines are in {0}, and tell of errors as {1}",
                ZoneId.systemDefault(),
                Errno.describe(-Errno.EMFILE));
    }

    private Arrangement arrangement(List<InetSocketAddress> at, LoopSettings loops)
            throws IOException {
        if (machinery.cell().hasThreads()) {
            return new ThreadPerConnection(at, loops);
        }
        int count = machinery.loopCount();
        return machinery.reactor() == Reactor.WORKERS
                ? new WorkersArrangement(count, at, loops)
                : new LoopArrangement(machinery.reactor(), count, at, loops);
    }

    /** Its queue is bounded by the connections: each waits for at most one piece of work. */
    private static ExecutorService workers(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().name(name).daemon().unstarted(task));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /**
     * Listens and starts the threads.
     *
     * @param listeners one at least; what comes to one of them has its service
     * @throws IOException when an address cannot be had
     * @throws IllegalArgumentException when this machine cannot run the machinery, with the reason
     */
    public static Reactors start(Machinery machinery, Limits limits, List<Listen> listeners)
            throws IOException {
        return start(machinery, limits, listeners, Kernel.LINUX);
    }

    /** The same with other system calls underneath. */
    public static Reactors start(
            Machinery machinery, Limits limits, List<Listen> listeners, Kernel kernel)
            throws IOException {
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("nothing to listen at: name an address at least");
        }
        String refusal = machinery.refusal();
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        return new Reactors(machinery, limits, listeners, kernel);
    }

    /** Where it listens, with the port that was chosen; the first of several. */
    public InetSocketAddress address() {
        return arrangement.addresses().getFirst();
    }

    /** Where it listens, in the order of its listeners. */
    public List<InetSocketAddress> addresses() {
        return arrangement.addresses();
    }

    /** What it is made of, in words. */
    public String description() {
        return "model " + machinery.cell().model().label() + ", copy "
                + machinery.cell().effectiveCopy().label() + ", " + arrangement.threads();
    }

    /** The sum of a counter over all loops. */
    public long count(Counter counter) {
        return arrangement.count(counter);
    }

    /** Connections open now. */
    public int connections() {
        return population.get();
    }

    /**
     * Stops accepting, lets every connection finish what it has begun, and waits for that.
     *
     * @return whether all had ended in time
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

    /** Tears what is still open and ends all threads. Not to be called on one of them. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            arrangement.stopAccepting();
            arrangement.stop();
            workers.shutdownNow();
            // What they have not begun yet they still let go of.
            readers.shutdown();
            if (workers.awaitTermination(WORKERS_END_SECONDS, TimeUnit.SECONDS)
                    && readers.awaitTermination(WORKERS_END_SECONDS, TimeUnit.SECONDS)) {
                arrangement.release();
            } else {
                // A read from a disk that does not answer may still write to our memory: it stays.
                LOG.log(System.Logger.Level.WARNING, "a worker did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
