package sluice.io.async;

import sluice.io.loop.Wakeup;
import sluice.io.socket.Listener;
import sluice.linux.PollCalls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Waits for clients in another thread, because there is no aio_accept. The loop's thread accepts
 * them, so that cancelling the wait loses no client.
 */
final class AioAccepting implements AsyncListening.Source, Runnable {
    private final Listener listener;
    private final AioEngine engine;
    private final Wakeup end = new Wakeup();
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    /** Loop thread only. */
    private Consumer<Listener.Accepted> completed = _ -> {};

    AioAccepting(Listener listener, AioEngine engine) {
        this.listener = listener;
        this.engine = engine;
        thread = Thread.ofPlatform().name("sluice-accept").daemon().start(this);
    }

    @Override
    public void beginAccept(Consumer<Listener.Accepted> told) {
        completed = told;
        wanted.release();
    }

    @Override
    public void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entries = arena.allocate(2L * PollCalls.POLLFD_SIZE, Long.BYTES);
            PollCalls.set(entries, 0, listener.descriptor(), PollCalls.POLLIN);
            PollCalls.set(entries, 1, end.descriptor(), PollCalls.POLLIN);
            wanted.acquireUninterruptibly();
            while (!closed) {
                PollCalls.poll(entries.address(), 2, -1);
                engine.ended(this::accept);
                wanted.acquireUninterruptibly();
            }
        }
    }

    private void accept() {
        if (!closed) {
            completed.accept(listener.accept());
        }
    }

    /** Called before the listener is closed: a thread in poll(2) would keep it open. */
    @Override
    public void close() {
        closed = true;
        wanted.release();
        end.wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        end.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
