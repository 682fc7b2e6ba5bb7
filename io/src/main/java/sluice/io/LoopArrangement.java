package sluice.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** {@code single}: one loop does all. {@code main-sub}: one accepts, the others serve. */
final class LoopArrangement implements Arrangement {
    /**
     * Connections taken per event, so that a flood of new ones leaves time for those that stand.
     */
    private static final int ACCEPTS_PER_TURN = 64;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    /** All of them; with {@code main-sub} the first one accepts and serves nobody. */
    private final List<SharedLoop> loops = new ArrayList<>();

    private final List<SharedLoop> serving;
    private final boolean mainServes;
    private final SharedLoop main;
    private final InetSocketAddress address;
    private final Acceptor acceptor;
    private final Timer acceptAgain = new Timer(this::acceptAgain);
    private final Listening listening;
    private int lastChosen;

    LoopArrangement(
            Cell cell, Reactor reactor, int count, InetSocketAddress at, LoopSettings settings)
            throws IOException {
        this(cell, reactor, count, at, settings, () -> {});
    }

    /** {@code beforeStart} is run when all loops have been made. */
    LoopArrangement(
            Cell cell,
            Reactor reactor,
            int count,
            InetSocketAddress at,
            LoopSettings settings,
            Runnable beforeStart)
            throws IOException {
        mainServes = reactor != Reactor.MAIN_SUB;
        Listener listener = cell.sockets().listen(at, false, settings.kernel());
        try {
            address = listener.address();
            if (!mainServes) {
                loops.add(new SharedLoop("sluice-main", cell, settings.servingNobody()));
            }
            for (int i = 0; i < (mainServes ? 1 : count); i++) {
                loops.add(new SharedLoop("sluice-loop-" + i, cell, settings));
            }
            main = loops.getFirst();
            serving = mainServes ? loops : loops.subList(1, loops.size());
            acceptor =
                    new Acceptor(this::next, settings, main.resources().counters(), this::handOff);
            // Last, because from now on the engine owns the listener.
            listening = main.listen(listener, new Door());
        } catch (Throwable failure) {
            listener.close();
            loops.forEach(SharedLoop::discard);
            throw failure;
        }
        beforeStart.run();
        loops.forEach(SharedLoop::start);
    }

    /** The main loop's side of the listener. */
    private final class Door implements Listening.Owner {
        @Override
        public void acceptable() {
            accept();
        }

        @Override
        public void failed() {
            main.resources().timers().cancel(acceptAgain);
            LOG.log(System.Logger.Level.ERROR, "no connection is accepted any more");
        }
    }

    private void accept() {
        if (acceptor.accept(ACCEPTS_PER_TURN) == Acceptor.Next.PAUSE) {
            listening.watch(false);
            long now = main.resources().now();
            main.resources().timers().schedule(acceptAgain, now + Acceptor.PAUSE_NANOS);
        }
    }

    private void acceptAgain() {
        listening.watch(true);
        accept();
    }

    private Listener.Accepted next() {
        return listening.accept();
    }

    private void handOff(Socket socket) {
        choose().adopt(socket);
    }

    /**
     * The loop with the fewest connections, in turn among equals; one that has died last of all.
     */
    private SharedLoop choose() {
        int best = lastChosen;
        int fewest = Integer.MAX_VALUE;
        for (int i = 1; i <= serving.size(); i++) {
            int candidate = (lastChosen + i) % serving.size();
            SharedLoop loop = serving.get(candidate);
            if (!loop.ended() && loop.connections() < fewest) {
                fewest = loop.connections();
                best = candidate;
            }
        }
        lastChosen = best;
        return serving.get(best);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void stopAccepting() throws InterruptedException {
        main.runAndWait(() -> {
            if (!listening.isClosed()) {
                acceptor.accept(RawListener.BACKLOG);
                main.resources().timers().cancel(acceptAgain);
                listening.close();
            }
        });
    }

    @Override
    public void drain() {
        for (SharedLoop loop : serving) {
            loop.post(() -> loop.forEachConnection(Connection::drain));
        }
    }

    /** The accepting loop first: then nobody adopts a connection any more. */
    @Override
    public void stop() throws InterruptedException {
        for (SharedLoop loop : loops) {
            loop.stop();
        }
    }

    @Override
    public void release() {
        loops.forEach(SharedLoop::release);
    }

    @Override
    public long count(Counter counter) {
        long sum = 0;
        for (SharedLoop loop : loops) {
            sum += loop.resources().counters().get(counter);
        }
        return sum;
    }

    @Override
    public String threads() {
        return mainServes
                ? "1 loop that accepts and serves"
                : "1 main loop that accepts, " + serving.size() + " sub-loops that serve";
    }
}
