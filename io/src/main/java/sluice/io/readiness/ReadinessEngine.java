package sluice.io.readiness;

import sluice.io.Block;
import sluice.io.CopyPath;
import sluice.io.LoopResources;
import sluice.io.Socket;
import sluice.io.loop.Engine;
import sluice.io.loop.Listening;
import sluice.io.loop.LoopTransport;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;
import sluice.linux.Errno;

import java.io.IOException;
import java.util.ArrayList;
import java.util.function.Function;

/**
 * The engine of all readiness models: passes changes to the {@link Poller}, waits for readiness,
 * and runs the ready registrations from a list. {@link Endpoint} is its transport.
 */
public final class ReadinessEngine implements Engine {
    private final SharedLoop loop;
    private final RegistrationTable registrations = new RegistrationTable();
    private final Poller poller;
    private final CopyPath path;
    private final Block scratch;
    private final ReadyList ready = new ReadyList();
    private final ArrayList<Registration> changes = new ArrayList<>();

    /** A full handshake takes half a millisecond: other connections wait 8 ms for these. */
    private static final int HANDSHAKES_PER_TURN = 16;

    private long turnOfHandshakes;
    private int handshakes;

    public ReadinessEngine(SharedLoop loop, Function<PollerParts, Poller> pollers) {
        this.loop = loop;
        LoopResources resources = loop.resources();
        path = loop.newPath();
        scratch = resources.newBlock();
        poller = pollers.apply(new PollerParts(
                registrations,
                resources.arena(),
                resources.counters(),
                loop.overload(),
                loop.settings().idle()));
    }

    @Override
    public void begin() {
        poller.begin();
    }

    @Override
    public void await(long nanos) {
        tellChanges();
        poller.await(nanos, ready);
    }

    /** Iterates by index: a connection that cannot be watched ends, which may add changes. */
    private void tellChanges() {
        for (int i = 0; i < changes.size(); i++) {
            Registration registration = changes.get(i);
            registration.changed = false;
            if (registration.watched && registration.fresh) {
                add(registration);
            } else if (registration.watched && registration.wanted != registration.armed) {
                long result = poller.update(registration);
                if (result < 0) {
                    registration.owner.failed(result);
                }
            }
        }
        changes.clear();
    }

    private void add(Registration registration) {
        long result = poller.add(registration);
        if (result < 0) {
            loop.overload().warn("cannot watch a connection: " + Errno.describe(result));
            registration.owner.failed(result);
        }
        registration.fresh = false;
    }

    /**
     * Handles each one to the end of its current output: hundreds may be ready in one turn, and the
     * next response reuses the memory of the last one while it is in the cache.
     */
    @Override
    public int dispatch() {
        for (int i = 0; i < ready.size(); i++) {
            Registration registration = ready.get(i);
            if (registration.watched) {
                registration.owner.ready(registration.events);
                loop.completions().runFinished();
                // A one-shot poller has disarmed it, even if the wanted events did not change.
                interestChanged(registration);
            }
        }
        int dispatched = ready.size();
        ready.clear();
        return dispatched;
    }

    @Override
    public LoopTransport transport(Socket socket) {
        return new Endpoint(loop, this, socket);
    }

    @Override
    public Listening listen(Listener listener, Listening.Owner owner) throws IOException {
        WatchedListener watched = new WatchedListener(listener, owner);
        long result = poller.add(watched.registration);
        if (result < 0) {
            throw new IOException("cannot watch the listener: " + Errno.describe(result));
        }
        return watched;
    }

    /** A watched listener. */
    private final class WatchedListener implements Listening, Registration.Owner {
        private final Listener listener;
        private final Listening.Owner owner;
        private final Registration registration;

        WatchedListener(Listener listener, Listening.Owner owner) {
            this.listener = listener;
            this.owner = owner;
            registration = new Registration(listener, this, Poller.READ);
        }

        @Override
        public void ready(int events) {
            owner.acceptable();
        }

        @Override
        public void failed(long result) {
            close();
            owner.failed();
        }

        @Override
        public Listener.Accepted accept() {
            Listener.Accepted accepted = listener.accept();
            if (accepted.error() == Errno.EAGAIN) {
                registration.drained(Poller.READ);
            }
            return accepted;
        }

        @Override
        public boolean tellsAgain() {
            return registration.sticky == 0;
        }

        @Override
        public void watch(boolean on) {
            registration.wanted = on ? Poller.READ : 0;
            interestChanged(registration);
        }

        @Override
        public boolean isClosed() {
            return !registration.watched;
        }

        @Override
        public void close() {
            if (registration.watched) {
                forget(registration);
                listener.close();
            }
        }
    }

    @Override
    public void wake() {
        poller.wake();
    }

    @Override
    public void close() {
        registrations.forEach(registration -> registration.owner.failed(-Errno.ECANCELED));
        poller.close();
        path.close();
    }

    // For endpoints

    /** Whether this turn has time for one more step of a handshake; counts it. */
    boolean takesHandshake() {
        if (turnOfHandshakes != loop.turn()) {
            turnOfHandshakes = loop.turn();
            handshakes = 0;
        }
        handshakes++;
        return handshakes <= HANDSHAKES_PER_TURN;
    }

    /** Fails if the kernel lacks memory, or at the user's limit of watches (epoll_ctl(2)). */
    long watch(Registration registration) {
        return poller.add(registration);
    }

    /** Watches an accepted socket from the next wait on, where the poller can. */
    long watchLater(Registration registration) {
        if (!poller.addsLater()) {
            return poller.add(registration);
        }
        registration.watched = true;
        registration.fresh = true;
        registration.changed = true;
        changes.add(registration);
        return 0;
    }

    void interestChanged(Registration registration) {
        if (!registration.changed && registration.wanted != registration.armed) {
            registration.changed = true;
            changes.add(registration);
        }
    }

    /** Called before the socket is closed. */
    void forget(Registration registration) {
        if (registration.fresh) {
            registration.watched = false;
        } else if (registration.watched) {
            poller.remove(registration);
        }
    }

    CopyPath path() {
        return path;
    }

    /**
     * The block for receives; all connections share it, because only one runs at a time.
     */
    Block scratch() {
        return scratch;
    }

    public RegistrationTable registrations() {
        return registrations;
    }
}
