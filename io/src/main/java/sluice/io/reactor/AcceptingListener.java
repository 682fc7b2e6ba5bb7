package sluice.io.reactor;

import org.jspecify.annotations.Nullable;

import sluice.io.Socket;
import sluice.io.SparseLog;
import sluice.io.Timer;
import sluice.io.loop.Acceptor;
import sluice.io.loop.Listening;
import sluice.io.loop.LoopSettings;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;

import java.io.IOException;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * A listener and the loop that accepts from it. A loop that died or is stuck is replaced by another
 * one, so that clients in the listen queue are not lost. Any thread.
 */
public final class AcceptingListener {
    /**
     * Connections accepted per event, so that a flood of new ones leaves time for the others.
     */
    private static final int ACCEPTS_PER_TURN = 64;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    /** Each accepting loop has a reference of its own to its socket; no loop waits on this one. */
    private final Listener listener;

    private final LoopSettings settings;
    private final SparseLog overload;
    private final BiConsumer<SharedLoop, Socket> handOff;
    private volatile @Nullable AcceptingLoop current;
    private volatile boolean moved;
    private boolean closed;

    /** {@code handOff} is given the accepting loop, on its thread, and each connection. */
    public AcceptingListener(
            Listener listener,
            LoopSettings settings,
            SparseLog overload,
            BiConsumer<SharedLoop, Socket> handOff) {
        this.listener = listener;
        this.overload = overload;
        this.settings = settings;
        this.handOff = handOff;
    }

    /** One loop while it accepts from the listener. On its thread, or before that is started. */
    private final class AcceptingLoop implements Listening.Owner {
        private final SharedLoop loop;
        private final Acceptor acceptor;
        private final Timer acceptAgain = new Timer(this::acceptAgain);
        private @Nullable Listening listening;

        AcceptingLoop(SharedLoop loop) {
            this.loop = loop;
            acceptor = new Acceptor(
                    () -> listening().accept(),
                    settings,
                    loop.resources().counters(),
                    overload,
                    socket -> handOff.accept(loop, socket));
        }

        private Listening listening() {
            return Objects.requireNonNull(listening, "begun");
        }

        void begin() throws IOException {
            Listener reference = listener.share();
            try {
                listening = loop.listen(reference, this);
            } catch (IOException | RuntimeException e) {
                reference.close();
                throw e;
            }
        }

        void takeOver() {
            try {
                begin();
                listening().takeOver();
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "the server accepts no more connections", e);
            }
        }

        /** One that was stuck and goes on finds that another has its place, and serves its last. */
        @Override
        public void acceptable() {
            if (current != this) {
                listening().watch(false);
            }
            accept();
        }

        /** Where the loop itself has ended, another takes over. */
        @Override
        public void failed() {
            loop.resources().timers().cancel(acceptAgain);
            if (!loop.ended()) {
                LOG.log(System.Logger.Level.ERROR, "the server accepts no more connections");
            }
        }

        private void accept() {
            if (acceptor.accept(ACCEPTS_PER_TURN) == Acceptor.Next.PAUSE) {
                listening().watch(false);
                long now = loop.resources().now();
                loop.resources().timers().schedule(acceptAgain, now + Acceptor.PAUSE_NANOS);
            }
        }

        private void acceptAgain() {
            listening().watch(current == this);
            accept();
        }

        void end() {
            if (listening != null && !listening.isClosed()) {
                acceptor.accept(Listener.BACKLOG);
                loop.resources().timers().cancel(acceptAgain);
                listening.close();
            }
        }
    }

    /** Before the loop is started. */
    public void openAt(SharedLoop loop) throws IOException {
        AcceptingLoop first = new AcceptingLoop(loop);
        first.begin();
        current = first;
    }

    /** Lets another loop accept from now on. */
    void moveTo(SharedLoop loop) {
        AcceptingLoop next = new AcceptingLoop(loop);
        moved = true;
        current = next;
        loop.post(next::takeOver);
    }

    /** Who accepts. */
    SharedLoop loop() {
        return Objects.requireNonNull(current, "open").loop;
    }

    /** Takes what waits in the listen queue, then closes the listener. */
    public synchronized void close() throws InterruptedException {
        if (closed) {
            return;
        }
        closed = true;
        AcceptingLoop last = current;
        if (last != null && !last.loop.runAndWait(last::end)) {
            LOG.log(System.Logger.Level.WARNING, "connections in the listen queue are lost");
        }
        if (moved) {
            // A loop that was stuck still has a reference.
            listener.refuse();
        }
        listener.close();
    }

    /** What was never opened. */
    void discard() {
        listener.close();
    }
}
