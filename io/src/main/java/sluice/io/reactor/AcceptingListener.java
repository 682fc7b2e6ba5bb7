package sluice.io.reactor;

import org.jspecify.annotations.Nullable;

import sluice.io.Socket;
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
 * A listener and the loop that accepts from it. If that loop fails or gets stuck, another one
 * replaces it, so that clients in the listen queue are not lost. Any thread.
 */
public final class AcceptingListener {
    private static final System.Logger LOG = System.getLogger("sluice.io");

    /** Each accepting loop has its own reference to this socket; no loop waits on this one. */
    private final Listener listener;

    private final LoopSettings settings;
    private final BiConsumer<SharedLoop, Socket> handOff;
    private volatile @Nullable AcceptingLoop current;
    private volatile boolean moved;
    private boolean closed;

    /** {@code handOff} gets the accepting loop and each connection, on that loop's thread. */
    public AcceptingListener(
            Listener listener, LoopSettings settings, BiConsumer<SharedLoop, Socket> handOff) {
        this.listener = listener;
        this.settings = settings;
        this.handOff = handOff;
    }

    /** One loop while it accepts from the listener. On its thread, or before its start. */
    private final class AcceptingLoop implements Listening.Owner {
        private final SharedLoop loop;
        private final Acceptor acceptor;
        private final AcceptBatch batch = new AcceptBatch();
        private final Timer acceptAgain = new Timer(this::acceptAgain);
        private @Nullable Listening listening;
        private boolean paused;

        AcceptingLoop(SharedLoop loop) {
            this.loop = loop;
            acceptor = new Acceptor(
                    () -> listening().accept(),
                    settings,
                    loop.resources().counters(),
                    () -> loop.post(this::resume),
                    this::accepted);
        }

        private void accepted(Socket socket) {
            batch.accepted();
            handOff.accept(loop, socket);
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

        /**
         * A loop that was stuck and runs again finds that it was replaced, and accepts once more.
         */
        @Override
        public void acceptable() {
            if (current != this) {
                listening().watch(false);
            }
            accept();
        }

        /** If the loop itself has ended, another one takes over. */
        @Override
        public void failed() {
            paused = false;
            loop.resources().timers().cancel(acceptAgain);
            if (!loop.ended()) {
                LOG.log(System.Logger.Level.ERROR, "the server accepts no more connections");
            }
        }

        private void accept() {
            int most = listening().tellsAgain() ? batch.begin() : batch.beginLargest();
            Acceptor.Next next = acceptor.accept(most);
            batch.end(next);
            if (next == Acceptor.Next.PAUSE) {
                paused = true;
                listening().watch(false);
                long now = loop.resources().now();
                loop.resources().timers().schedule(acceptAgain, now + Acceptor.PAUSE_NANOS);
            }
        }

        /** A connection has ended, so the pause ends early. */
        private void resume() {
            if (paused) {
                loop.resources().timers().cancel(acceptAgain);
                acceptAgain();
            }
        }

        private void acceptAgain() {
            paused = false;
            listening().watch(current == this);
            accept();
        }

        void end() {
            if (listening != null && !listening.isClosed()) {
                acceptor.accept(Listener.BACKLOG);
                paused = false;
                loop.resources().timers().cancel(acceptAgain);
                listening.close();
            }
        }
    }

    /** Called before the start of the loop. */
    public void openAt(SharedLoop loop) throws IOException {
        AcceptingLoop first = new AcceptingLoop(loop);
        first.begin();
        current = first;
    }

    /** Makes another loop accept from now on. */
    void moveTo(SharedLoop loop) {
        AcceptingLoop next = new AcceptingLoop(loop);
        moved = true;
        current = next;
        loop.post(next::takeOver);
    }

    /** The accepting loop. */
    SharedLoop loop() {
        return Objects.requireNonNull(current, "open").loop;
    }

    /** Accepts what waits in the listen queue, then closes the listener. */
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
            // A stuck loop still has a reference.
            listener.refuse();
        }
        listener.close();
    }

    /** See {@link Listener#handOver}. */
    int handOver() {
        return listener.handOver();
    }

    /** Closes a listener that never had a loop. */
    void discard() {
        listener.close();
    }
}
