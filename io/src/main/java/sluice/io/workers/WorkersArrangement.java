package sluice.io.workers;

import sluice.io.Counter;
import sluice.io.LoopState;
import sluice.io.Reactor;
import sluice.io.loop.Arrangement;
import sluice.io.loop.LoopSettings;
import sluice.io.reactor.LoopArrangement;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;

/** {@code workers}: a reactor that moves bytes, and workers that run the protocols. */
public final class WorkersArrangement implements Arrangement {
    private final WorkerPool workers;
    private final LoopArrangement reactor;

    public WorkersArrangement(int count, List<SocketAddress> at, LoopSettings settings)
            throws IOException {
        workers = new WorkerPool(count, settings);
        try {
            LoopSettings relayed = settings.serving(workers.services(at.size()));
            reactor = new LoopArrangement(Reactor.SINGLE, 1, at, relayed, workers);
        } catch (Throwable failure) {
            workers.release();
            throw failure;
        }
    }

    /** For tests. */
    public LoopArrangement reactor() {
        return reactor;
    }

    @Override
    public List<SocketAddress> addresses() {
        return reactor.addresses();
    }

    @Override
    public List<Integer> handOver() {
        return reactor.handOver();
    }

    @Override
    public void stopAccepting() throws InterruptedException {
        reactor.stopAccepting();
    }

    @Override
    public void drain() {
        reactor.drain();
    }

    /** The reactor first: then nothing more is given to the workers. */
    @Override
    public void stop() throws InterruptedException {
        reactor.stop();
        workers.stop();
    }

    @Override
    public void release() {
        reactor.release();
        workers.release();
    }

    @Override
    public long count(Counter counter) {
        return reactor.count(counter) + workers.count(counter);
    }

    @Override
    public List<LoopState> states() {
        return reactor.states();
    }

    @Override
    public String threads() {
        return "1 loop that moves bytes, " + workers.size() + " workers that answer";
    }
}
