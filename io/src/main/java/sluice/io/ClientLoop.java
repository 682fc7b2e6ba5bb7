package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.io.loop.Backend;
import sluice.io.loop.BackendLayer;
import sluice.io.loop.LoopSettings;
import sluice.io.loop.RoomMaker;
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
 * A loop for clients: it connects and accepts no connections. A program that has one connection at
 * a time may let the loop's thread wait for a disk, because that delays no other connection. So
 * this loop has no cold guard, and offloaded work runs on the loop's thread.
 */
public final class ClientLoop implements AutoCloseable {
    /**
     * Blocks for bytes that arrive before a pause takes effect: an io_uring may fill all its
     * buffers (1 MiB) twice until then.
     */
    static final int BUFFERS = (2 << 20) / Block.SIZE;

    private final SharedLoop loop;

    private ClientLoop(Backend backend, Limits limits) {
        LoopSettings settings = new LoopSettings(
                List.of(),
                limits,
                (_, task) -> task.run(),
                System::nanoTime,
                new AtomicInteger(),
                backend,
                Runnable::run,
                new RoomMaker(System::nanoTime));
        loop = new SharedLoop("sluice-client", settings);
    }

    /**
     * Starts the thread.
     *
     * @param stall time limit of a connect, and of a server that receives nothing of what is sent
     * @throws IllegalArgumentException if this machine cannot run the pair, or its model has no
     *     loop, with the reason
     */
    public static ClientLoop start(Cell cell, Duration stall) {
        return start(cell, stall, null);
    }

    /**
     * The same with a layer between the connection and the network, as {@link Tls#client}; null for
     * none.
     *
     * @throws IllegalArgumentException also if the layer cannot be used with the pair
     */
    public static ClientLoop start(Cell cell, Duration stall, @Nullable Layer layer) {
        return start(cell, new Limits(1, BUFFERS, stall, Limits.LINGER), layer);
    }

    /**
     * The same for many connections at a time.
     *
     * @param limits of connects and of sends; a connection needs a buffer while it sends
     */
    public static ClientLoop start(Cell cell, Limits limits) {
        return start(cell, limits, null);
    }

    /** The same with a layer, or null. */
    public static ClientLoop start(Cell cell, Limits limits, @Nullable Layer layer) {
        String refusal = cell.hasThreads()
                ? "model " + cell.model().label() + " has no event loop, which a client needs"
                : cell.refusal();
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        ClientLoop started = new ClientLoop(backend(cell, layer), limits);
        started.loop.start();
        return started;
    }

    private static Backend backend(Cell cell, @Nullable Layer layer) {
        Machinery machinery = Machinery.defaults()
                .withCell(cell)
                .withCopying(CopyOptions.defaults().withColdGuard(false));
        if (layer == null) {
            return Backends.of(machinery, Kernel.LINUX);
        }
        String refusal = layer.refusal(machinery);
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        return ((BackendLayer) layer).around(Backends.of(layer.under(machinery), Kernel.LINUX));
    }

    /** The loop of the connections. */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Starts a connect. The loop then calls {@link Protocol#opened}, or {@link
     * Protocol#failedToOpen} and {@link Protocol#closed}. Any thread may call.
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

    /** Resets open connections and ends the thread. */
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
