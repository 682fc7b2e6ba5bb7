package sluice.io;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code single}: one loop does all. {@code main-sub}: one accepts, the others serve. */
final class LoopArrangement implements Arrangement {
    /** Connections taken per event, so that a flood of new ones leaves time for those that stand. */
    private static final int ACCEPTS_PER_TURN = 64;

    private final List<ReadinessLoop> loops = new ArrayList<>();
    private final ReadinessLoop main;
    private final boolean mainServes;
    private final Listener listener;
    private final InetSocketAddress address;
    private final Acceptor acceptor;
    private final Timer acceptAgain = new Timer(this::acceptAgain);
    private @Nullable Registration registration;
    private int lastChosen;

    LoopArrangement(
            Cell cell, Reactor reactor, int count, InetSocketAddress at, LoopSettings settings)
            throws IOException {
        listener = cell.sockets().listen(at, false);
        address = listener.address();
        mainServes = reactor == Reactor.SINGLE;
        int serving = mainServes ? 1 : count;
        for (int i = 0; i < serving; i++) {
            loops.add(new ReadinessLoop("sluice-loop-" + i, cell, settings));
        }
        main = mainServes ? loops.getFirst() : new ReadinessLoop("sluice-main", cell, settings);
        acceptor = new Acceptor(
                listener, settings, main.resources().counters(), socket -> choose().adopt(socket));
        main.post(this::listen);
        loops.forEach(ReadinessLoop::start);
        if (!mainServes) {
            main.start();
        }
    }

    private void listen() {
        registration = main.listen(listener, _ -> accept());
        if (registration == null) {
            throw new IllegalStateException("the listener cannot be watched");
        }
    }

    private void accept() {
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            switch (acceptor.acceptOne()) {
                case MORE -> {}
                case WAIT, END -> {
                    return;
                }
                case PAUSE -> {
                    watchListener(0);
                    long now = main.resources().now();
                    main.resources().timers().schedule(acceptAgain, now + Acceptor.PAUSE_NANOS);
                    return;
                }
            }
        }
    }

    private void acceptAgain() {
        watchListener(Poller.READ);
        accept();
    }

    private void watchListener(int events) {
        if (registration != null && !registration.closed) {
            registration.wanted = events;
            main.interestChanged(registration);
        }
    }

    /** The loop with the fewest connections, in turn among equals. */
    private ReadinessLoop choose() {
        int best = lastChosen;
        int fewest = Integer.MAX_VALUE;
        for (int i = 1; i <= loops.size(); i++) {
            int candidate = (lastChosen + i) % loops.size();
            int connections = loops.get(candidate).connections();
            if (connections < fewest) {
                fewest = connections;
                best = candidate;
            }
        }
        lastChosen = best;
        return loops.get(best);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void stopAccepting() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        main.post(() -> {
            if (registration != null && !registration.closed) {
                accept();
                main.resources().timers().cancel(acceptAgain);
                main.stopListening(registration);
                listener.close();
            }
            closed.countDown();
        });
        closed.await();
    }

    @Override
    public void drain() {
        for (ReadinessLoop loop : loops) {
            loop.post(() -> loop.forEachConnection(Connection::drain));
        }
    }

    @Override
    public void stop() throws InterruptedException {
        if (!mainServes) {
            main.stop();
        }
        for (ReadinessLoop loop : loops) {
            loop.stop();
        }
    }

    @Override
    public long count(Counter counter) {
        long sum = mainServes ? 0 : main.resources().counters().get(counter);
        for (ReadinessLoop loop : loops) {
            sum += loop.resources().counters().get(counter);
        }
        return sum;
    }

    @Override
    public String threads() {
        return mainServes
                ? "1 loop that accepts and serves"
                : "1 main loop that accepts, " + loops.size() + " sub-loops that serve";
    }
}
