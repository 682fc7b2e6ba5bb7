package sluice.io.reactor;

import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.LoopState;
import sluice.io.Reactor;
import sluice.io.Socket;
import sluice.io.loop.Arrangement;
import sluice.io.loop.LoopSettings;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;
import sluice.io.socket.PortSharing;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Reactor designs. {@code single}: one loop accepts and serves. {@code main-sub}: one loop accepts,
 * the others serve; if only one serves, it accepts, too, because a hand-over costs more than an
 * accept. {@code reuse-port}: each loop accepts and serves; the kernel chooses one.
 */
public final class LoopArrangement implements Arrangement {
    /** Most replacements of stuck loops: each keeps its memory, and more would not help. */
    private static final int REPLACEMENTS_MAX = 16;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    /** Helper threads beside the loops. */
    public interface HelperThreads {
        /** Called before the start of the loops. */
        void start();

        /** The threads that the watchdog watches. */
        List<Watchdog.Watched> watched();
    }

    private static final HelperThreads NOBODY = new HelperThreads() {
        @Override
        public void start() {}

        @Override
        public List<Watchdog.Watched> watched() {
            return List.of();
        }
    };

    private final Reactor reactor;
    private final LoopSettings settings;
    /** All loops; with {@code main-sub} and several the first accepts and serves nobody. */
    private final List<SharedLoop> loops = new CopyOnWriteArrayList<>();

    private final List<SharedLoop> serving = new CopyOnWriteArrayList<>();
    private final List<AcceptingListener> listeners = new ArrayList<>();
    private final List<SocketAddress> addresses = new ArrayList<>();
    private final Watchdog watchdog;
    private final String threads;
    private int replacements;
    private int lastChosen;

    public LoopArrangement(
            Reactor reactor, int count, List<SocketAddress> at, LoopSettings settings)
            throws IOException {
        this(reactor, count, at, settings, NOBODY);
    }

    /** Loops with helper threads. */
    public LoopArrangement(
            Reactor reactor,
            int count,
            List<SocketAddress> at,
            LoopSettings settings,
            HelperThreads helpers)
            throws IOException {
        this.reactor = reactor;
        this.settings = settings;
        boolean several = reactor == Reactor.MAIN_SUB || reactor == Reactor.REUSE_PORT;
        int serve = several ? count : 1;
        try {
            for (SocketAddress one : at) {
                addListeners(one, reactor == Reactor.REUSE_PORT ? serve : 1);
            }
            if (reactor == Reactor.MAIN_SUB && serve > 1) {
                loops.add(new SharedLoop("sluice-main", settings.servingNobody()));
            }
            for (int i = 0; i < serve; i++) {
                addServing();
            }
            for (int i = 0; i < listeners.size(); i++) {
                listeners.get(i).openAt(loops.get(i % accepting()));
            }
        } catch (Throwable failure) {
            loops.forEach(SharedLoop::discard);
            for (AcceptingListener listener : listeners) {
                listener.discard();
            }
            throw failure;
        }
        threads = words(serve);
        watchdog = new Watchdog(settings.clock(), () -> watched(helpers), this::repair);
        helpers.start();
        loops.forEach(SharedLoop::start);
        watchdog.start();
    }

    /** Listens on the next address, once per accepting loop; the first one chooses the port. */
    private void addListeners(SocketAddress at, int count) throws IOException {
        int number = addresses.size();
        PortSharing first = count == 1 ? PortSharing.ALONE : PortSharing.FIRST;
        SocketAddress address = addListener(at, number, first);
        for (int i = 1; i < count; i++) {
            addListener(address, number, PortSharing.JOINS);
        }
        addresses.add(address);
    }

    private SocketAddress addListener(SocketAddress at, int number, PortSharing sharing)
            throws IOException {
        Listener listener = settings.backend().listen(at, false, sharing);
        listeners.add(new AcceptingListener(
                listener, settings, (loop, socket) -> handOff(loop, socket, number)));
        listener.pace(settings.limits().pace());
        return listener.address();
    }

    /** How many loops accept on each address. */
    private int accepting() {
        return listeners.size() / addresses.size();
    }

    private SharedLoop addServing() {
        SharedLoop loop = new SharedLoop("sluice-loop-" + serving.size(), settings);
        loops.add(loop);
        serving.add(loop);
        return loop;
    }

    private void handOff(SharedLoop accepting, Socket socket, int listener) {
        SharedLoop loop = reactor == Reactor.MAIN_SUB ? choose() : accepting;
        loop.adopt(socket, listener);
    }

    /**
     * The loop with the fewest connections; equal ones in turn, stuck ones only if all are stuck.
     */
    private synchronized SharedLoop choose() {
        int best = lastChosen;
        int fewest = Integer.MAX_VALUE;
        for (int i = 1; i <= serving.size(); i++) {
            int candidate = (lastChosen + i) % serving.size();
            SharedLoop loop = serving.get(candidate);
            if (loop.isWell() && loop.connections() < fewest) {
                fewest = loop.connections();
                best = candidate;
            }
        }
        lastChosen = best;
        return serving.get(best);
    }

    // For the watchdog

    private List<Watchdog.Watched> watched(HelperThreads helpers) {
        List<Watchdog.Watched> watched = new ArrayList<>(helpers.watched());
        for (SharedLoop loop : loops) {
            watched.add(new Watchdog.Watched(loop.thread(), loop.pulse()));
        }
        return watched;
    }

    /** Moves listeners from failed or stuck loops to a working one that serves. */
    private void repair() {
        SharedLoop well = choose();
        if (!well.isWell() && replacements < REPLACEMENTS_MAX) {
            replacements++;
            well = addServing();
            well.start();
        }
        for (AcceptingListener listener : listeners) {
            if (!listener.loop().isWell() && well.isWell()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        well.thread().getName() + " accepts connections instead of "
                                + listener.loop().thread().getName());
                listener.moveTo(well);
            }
        }
    }

    // For tests

    Watchdog watchdog() {
        return watchdog;
    }

    List<SharedLoop> loops() {
        return loops;
    }

    // Methods of Arrangement

    @Override
    public List<SocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public List<Integer> handOver() {
        List<Integer> descriptors =
                listeners.stream().map(AcceptingListener::handOver).toList();
        return descriptors.contains(-1) ? List.of() : descriptors;
    }

    @Override
    public void stopAccepting() throws InterruptedException {
        watchdog.stop();
        for (AcceptingListener listener : listeners) {
            listener.close();
        }
    }

    @Override
    public void drain() {
        for (SharedLoop loop : serving) {
            loop.post(() -> loop.forEachConnection(Connection::drain));
        }
    }

    /** Stops the accepting loop first: then no loop gets new connections. */
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
        long sum = watchdog.count(counter);
        for (SharedLoop loop : loops) {
            sum += loop.resources().counters().get(counter);
        }
        return sum;
    }

    @Override
    public List<LoopState> states() {
        return watchdog.watched().stream()
                .map(one -> new LoopState(
                        one.thread().getName(),
                        one.thread().threadId(),
                        one.thread().isAlive(),
                        one.pulse().isStuck()))
                .toList();
    }

    private String words(int serve) {
        String one = "1 loop that accepts and serves";
        return switch (reactor) {
            case SINGLE, WORKERS -> one;
            case MAIN_SUB ->
                serve == 1 ? one : "1 main loop that accepts, " + serve + " sub-loops that serve";
            case REUSE_PORT -> serve + " loops that accept (SO_REUSEPORT) and serve";
        };
    }

    @Override
    public String threads() {
        return threads;
    }
}
