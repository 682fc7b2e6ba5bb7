package sluice.io.blocking;

import sluice.io.Counters;
import sluice.io.Socket;
import sluice.io.loop.Acceptor;
import sluice.io.loop.LoopSettings;
import sluice.io.socket.Listener;

import java.net.SocketAddress;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A thread that accepts connections from one listener. Any thread may call. */
final class AcceptThread {
    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Listener listener;
    private final ConnectionThreads.Arrivals arrivals;
    private final boolean blocks;
    private final SocketAddress address;
    private final Counters counters = new Counters();
    private final Acceptor acceptor;
    private final Thread thread;
    private volatile boolean accepting = true;

    /**
     * @param handOff gets each connection, on this thread
     */
    AcceptThread(
            Listener listener,
            ConnectionThreads threads,
            LoopSettings settings,
            Consumer<Socket> handOff) {
        this.listener = listener;
        arrivals = threads.arrivals(listener);
        blocks = threads.block();
        address = listener.address();
        thread = Thread.ofPlatform().name("sluice-accept").unstarted(this::accept);
        Runnable again = () -> LockSupport.unpark(thread);
        acceptor = new Acceptor(listener::accept, settings, counters, again, handOff);
    }

    void start() {
        thread.start();
    }

    private void accept() {
        while (accepting) {
            switch (acceptor.accept(1)) {
                case MORE -> {}
                case WAIT -> arrivals.await();
                case PAUSE -> LockSupport.parkNanos(Acceptor.PAUSE_NANOS);
                case END -> {
                    if (accepting) {
                        LOG.log(
                                System.Logger.Level.ERROR,
                                "the server accepts no more connections");
                    }
                    return;
                }
            }
        }
        if (!blocks) {
            acceptor.accept(Listener.BACKLOG);
        }
        arrivals.end();
    }

    SocketAddress address() {
        return address;
    }

    Counters counters() {
        return counters;
    }

    /** Ends accepting. If accepting blocks, connections in the listen queue are lost. */
    void close() throws InterruptedException {
        if (thread.isAlive()) {
            accepting = false;
            arrivals.stop();
            thread.join();
        }
        listener.close();
    }
}
