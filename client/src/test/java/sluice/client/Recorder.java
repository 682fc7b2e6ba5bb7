package sluice.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a transfer tells, and waits for nothing. */
final class Recorder implements Transfer.Listener, Transfer.Pause {
    final List<String> begins = new CopyOnWriteArrayList<>();
    final List<String> notes = new CopyOnWriteArrayList<>();
    final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private volatile Runnable atPause = () -> {};
    private volatile long moved;

    /** Does something instead of the next pauses. */
    void atPause(Runnable action) {
        atPause = action;
    }

    long moved() {
        return moved;
    }

    @Override
    public void begins(String what, long done, long total) {
        begins.add(what + " " + done + "/" + total);
        moved = done;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Two threads, one after the other.
    public void moved(long octets) {
        moved += octets;
    }

    @Override
    public void note(String words) {
        notes.add(words);
    }

    @Override
    public void last(Duration time) {
        pauses.add(time);
        atPause.run();
    }
}
