package sluice.io.workers;

import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.Reactor;
import sluice.io.Service;
import sluice.io.loop.LoopSettings;
import sluice.io.reactor.LoopArrangement;
import sluice.io.reactor.Watchdog;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The pool of {@link Reactor#WORKERS}, as services: the reactor gets a {@link ReactorSide} for each
 * connection, the workers get the protocols. A connection stays with its worker, so its messages
 * keep their order and its protocol needs no locks.
 */
final class WorkerPool implements LoopArrangement.HelperThreads {
    /** What both connections count, of which the reactor's are right. */
    private static final Set<Counter> COUNTED_BY_THE_REACTOR = EnumSet.of(
            Counter.CONNECTIONS_OPENED,
            Counter.CONNECTIONS_CLOSED,
            Counter.FAILED_TO_OPEN,
            Counter.BYTES_FROM_MEMORY,
            Counter.BYTES_FROM_FILES,
            Counter.BYTES_COPIED);

    private final List<Worker> workers = new ArrayList<>();
    private int lastChosen;

    WorkerPool(int count, LoopSettings settings) {
        try {
            for (int i = 0; i < count; i++) {
                workers.add(new Worker("sluice-worker-" + i, settings));
            }
        } catch (Throwable failure) {
            release();
            throw failure;
        }
    }

    /** What the reactor serves, one for each listener. */
    List<Service> services(int listeners) {
        return IntStream.range(0, listeners)
                .<Service>mapToObj(listener -> loop -> on(loop, listener))
                .toList();
    }

    /** Called again for the loop that takes over when the reactor is stuck or dead. */
    private Supplier<Protocol> on(EventLoop loop, int listener) {
        workers.forEach(worker -> worker.reactor(loop));
        return () -> reactorSide(loop, listener);
    }

    private ReactorSide reactorSide(EventLoop loop, int listener) {
        Worker worker = choose();
        worker.admit();
        return new ReactorSide(loop, worker, worker.protocols(listener));
    }

    /** The worker with the fewest connections, in turn among equals; a stuck one last of all. */
    private Worker choose() {
        int best = lastChosen;
        int fewest = Integer.MAX_VALUE;
        for (int i = 1; i <= workers.size(); i++) {
            int candidate = (lastChosen + i) % workers.size();
            int load = workers.get(candidate).connections();
            if (!workers.get(candidate).pulse().isStuck() && load < fewest) {
                fewest = load;
                best = candidate;
            }
        }
        lastChosen = best;
        return workers.get(best);
    }

    int size() {
        return workers.size();
    }

    @Override
    public void start() {
        workers.forEach(Worker::start);
    }

    @Override
    public List<Watchdog.Watched> watched() {
        return workers.stream()
                .map(worker -> new Watchdog.Watched(worker.thread(), worker.pulse()))
                .toList();
    }

    /** After the reactor has ended. */
    void stop() throws InterruptedException {
        for (Worker worker : workers) {
            worker.stop();
        }
    }

    void release() {
        workers.forEach(Worker::release);
    }

    long count(Counter counter) {
        if (COUNTED_BY_THE_REACTOR.contains(counter)) {
            return 0;
        }
        return workers.stream()
                .mapToLong(worker -> worker.resources().counters().get(counter))
                .sum();
    }
}
