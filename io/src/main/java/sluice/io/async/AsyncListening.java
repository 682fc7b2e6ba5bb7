package sluice.io.async;

import sluice.io.loop.Listening;
import sluice.io.loop.ListeningPhase;
import sluice.io.socket.Listener;
import sluice.linux.Errno;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * A listener with asynchronous accepts, one at a time. It keeps a connection that is accepted
 * during a pause. Its phase is a {@link ListeningPhase}.
 */
final class AsyncListening implements Listening {
    /** Source of asynchronous accepts. */
    interface Source {
        /** Starts an accept; {@code completed} runs on the loop's thread, from its list. */
        void beginAccept(Consumer<Listener.Accepted> completed);

        /** Ends accepting; called before the listener is closed. */
        default void close() {}
    }

    private final Listener listener;
    private final Source source;
    private final Owner owner;
    private final ArrayDeque<Listener.Accepted> kept = new ArrayDeque<>();
    private ListeningPhase phase = ListeningPhase.PAUSED;
    /** Whether an accept is pending, in any phase: a pause or a close does not end it. */
    private boolean begun;

    AsyncListening(Listener listener, Source source, Owner owner) {
        this.listener = listener;
        this.source = source;
        this.owner = owner;
    }

    @Override
    public void watch(boolean on) {
        phase = phase.watch(on);
        goOn();
    }

    private void goOn() {
        if (phase == ListeningPhase.WATCHING && !begun) {
            begun = true;
            source.beginAccept(this::completed);
        }
    }

    private void completed(Listener.Accepted accepted) {
        begun = false;
        if (isClosed()) {
            drop(accepted);
            return;
        }
        kept.add(accepted);
        owner.acceptable();
        goOn();
    }

    @Override
    public Listener.Accepted accept() {
        Listener.Accepted next = kept.poll();
        return next == null ? new Listener.Accepted(null, Errno.EAGAIN) : next;
    }

    @Override
    public boolean isClosed() {
        return phase == ListeningPhase.CLOSED;
    }

    @Override
    public void close() {
        if (!isClosed()) {
            phase = ListeningPhase.CLOSED;
            source.close();
            listener.close();
            kept.forEach(AsyncListening::drop);
            kept.clear();
        }
    }

    static void drop(Listener.Accepted accepted) {
        if (accepted.socket() != null) {
            accepted.socket().close();
        }
    }

    /** The loop is ending. */
    void fail() {
        if (!isClosed()) {
            close();
            owner.failed();
        }
    }
}
