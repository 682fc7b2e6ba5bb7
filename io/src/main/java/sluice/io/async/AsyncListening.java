package sluice.io.async;

import sluice.io.loop.Listening;
import sluice.io.loop.ListeningPhase;
import sluice.io.socket.Listener;
import sluice.linux.Errno;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * A listener whose accepts are begun, and end later: one at a time. What was accepted after it was
 * told to pause waits here. {@link ListeningPhase} is what the loop wants of it.
 */
final class AsyncListening implements Listening {
    /** Accepts that are begun. */
    interface Source {
        /** Begins one; {@code completed} runs on the loop's thread, from its list. */
        void beginAccept(Consumer<Listener.Accepted> completed);

        /** Nothing is accepted any more; before the listener is closed. */
        default void close() {}
    }

    private final Listener listener;
    private final Source source;
    private final Owner owner;
    private final ArrayDeque<Listener.Accepted> kept = new ArrayDeque<>();
    private ListeningPhase phase = ListeningPhase.PAUSED;
    /** Whether an accept is under way, in any phase: a pause or a close does not end it. */
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

    /** The loop ends. */
    void fail() {
        if (!isClosed()) {
            close();
            owner.failed();
        }
    }
}
