package sluice.io;

import sluice.io.loop.LoopSettings;
import sluice.io.loop.SharedLoop;
import sluice.io.reactor.Backends;
import sluice.linux.Errno;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loop of its own for a program that connects and serves nobody. Its thread may wait for a disk
 * if the program has one connection at a time: then it stops nobody. So cold files are not guarded
 * against here, and what is offloaded stays on the thread.
 */
public final class ClientLoop implements AutoCloseable {
    /**
     * Blocks for bytes that arrive before a receive is paused: an io_uring may fill all its buffers
     * (1 MiB) twice before it hears that it is to stop.
     */
    static final int BUFFERS = (2 << 20) / Block.SIZE;

    private final SharedLoop loop;

    private ClientLoop(Cell cell, Duration stall) {
        Machinery machinery = Machinery.defaults()
                .withCell(cell)
                .withCopying(Copying.defaults().withColdGuard(false));
        LoopSettings settings = new LoopSettings(
                List.of(),
                new Limits(1, BUFFERS, stall, Limits.LINGER),
                Runnable::run,
                System::nanoTime,
                new AtomicInteger(),
                Backends.of(machinery, Kernel.LINUX),
                Runnable::run);
        loop = new SharedLoop("sluice-client", settings);
    }

    /**
     * Starts the thread.
     *
     * @param stall of a connect, and of a server that takes nothing of what is sent
     * @throws IllegalArgumentException when this machine cannot run the cell, or it has no loop,
     *     with the reason
     */
    public static ClientLoop start(Cell cell, Duration stall) {
        String refusal = cell.hasThreads()
                ? "model " + cell.model().label() + " has no event loop, which a client needs"
                : cell.refusal();
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        ClientLoop started = new ClientLoop(cell, stall);
        started.loop.start();
        return started;
    }

    /** The loop its connections live on. */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Begins a connection; the outcome is {@link Protocol#opened}, or {@link Protocol#failedToOpen}
     * and {@link Protocol#closed}, on the loop's thread. Any thread.
     */
    public void connect(InetSocketAddress address, Protocol protocol) {
        loop.post(() -> {
            try {
                loop.connect(address, protocol);
            } catch (IOException noSocket) {
                protocol.failedToOpen(-Errno.EMFILE);
                protocol.closed();
            }
        });
    }

    /** Tears what is still open and ends the thread. */
    @Override
    public void close() {
        try {
            loop.stop();
            loop.release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
