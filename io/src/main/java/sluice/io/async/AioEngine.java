package sluice.io.async;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.CopyPath;
import sluice.io.LoopResources;
import sluice.io.Pool;
import sluice.io.Socket;
import sluice.io.Timers;
import sluice.io.copy.PooledCopy;
import sluice.io.loop.Engine;
import sluice.io.loop.Listening;
import sluice.io.loop.LoopTransport;
import sluice.io.loop.Mailbox;
import sluice.io.loop.SharedLoop;
import sluice.io.loop.Wakeup;
import sluice.io.socket.Listener;
import sluice.io.socket.RawSocket;
import sluice.linux.Aio;
import sluice.linux.Errno;
import sluice.linux.FileCalls;

import java.util.ArrayList;
import java.util.List;

/**
 * POSIX asynchronous I/O (aio(7)): the loop starts each receive and send, and a thread of the C
 * library blocks in it. aio_suspend(3) waits for all of them and for this scans the list of all.
 * {@link AsyncEndpoint} is its transport.
 */
public final class AioEngine implements Engine {
    /** Completions handled per turn, as many as events of a readiness model. */
    private static final int ENDED_PER_TURN = 512;

    /** The owner of an operation. */
    interface Owner {
        /** The operation has completed: a count or {@code -errno}. */
        void ended(long result);
    }

    /** Operations per connection: a receive and a send. */
    private static final int CALLS_PER_CONNECTION = 2;
    /**
     * Time limit of a wait. If the process may not create more threads, the C library silently
     * queues the read of the eventfd behind other operations, and then only this limit makes the
     * loop notice a task.
     */
    private static final long WAIT_NANOS = 500_000_000;

    private final SharedLoop loop;
    private final Aio aio;
    private final @Nullable Owner[] owners;
    private final Wakeup wakeup = new Wakeup();
    /** The count of the eventfd. */
    private final Block count;

    private final Mailbox ended;
    private final Pool<Block> buffers;
    private final PooledCopy copies;
    private final CopyPath path;
    private final List<AsyncListening> listenings = new ArrayList<>();
    private boolean wakeable;

    public AioEngine(SharedLoop loop) {
        this.loop = loop;
        LoopResources resources = loop.resources();
        long wanted = 1L + CALLS_PER_CONNECTION * (long) resources.limits().connections();
        int room = (int) Math.min(Aio.MOST, wanted);
        aio = new Aio(room, resources.arena());
        owners = new Owner[room];
        count = resources.newBlock(Long.BYTES);
        ended = new Mailbox(loop.thread(), this::wake);
        buffers = resources.receiveBuffers();
        Pool<CopyPath> paths = resources.pool(
                () -> loop.settings().backend().path(resources, loop.settings().copying()));
        copies = new PooledCopy(paths, resources.counters());
        path = loop.guarded(copies);
        // The reading thread must block.
        FileCalls.fcntl(wakeup.descriptor(), FileCalls.F_SETFL, 0);
    }

    @Override
    public Listening listen(Listener listener, Listening.Owner owner) {
        AioAccepting accepting = new AioAccepting(listener, this);
        AsyncListening listening = new AsyncListening(listener, accepting, owner);
        listenings.add(listening);
        listening.watch(true);
        return listening;
    }

    @Override
    public LoopTransport transport(Socket socket) {
        AioSocket asynchronous = new AioSocket((RawSocket) socket, this);
        return new AsyncEndpoint(loop, asynchronous, buffers, path, copies);
    }

    @Override
    public void await(long nanos) {
        if (!wakeable) {
            int block = aio.read(wakeup.descriptor(), count.address(), Long.BYTES);
            wakeable = begin(block, this::woken) == 0;
        }
        if (nanos > 0 && ended.isEmpty()) {
            aio.await(Math.min(nanos, WAIT_NANOS));
        }
    }

    private void woken(long result) {
        wakeable = false;
    }

    @Override
    public int dispatch() {
        boolean armed = wakeable;
        int taken = takeEnded();
        int wakes = armed && !wakeable ? 1 : 0;
        return taken - wakes + ended.run(ENDED_PER_TURN);
    }

    /** Scans from the end: operations started meanwhile are added there, for the next scan. */
    private int takeEnded() {
        int taken = 0;
        for (int i = aio.size() - 1; i >= 0; i--) {
            if (aio.hasEnded(i)) {
                Owner owner = owners[aio.block(i)];
                long result = aio.take(i);
                if (owner != null) {
                    owner.ended(result);
                    taken++;
                }
            }
        }
        return taken;
    }

    @Override
    public void wake() {
        wakeup.wake();
    }

    /** Threads of the C library use our addresses until their calls have ended. */
    @Override
    public void close() {
        listenings.forEach(AsyncListening::fail);
        while (loop.hasOpen()) {
            await(Timers.NEVER);
            dispatch();
        }
        ended.close();
        wake();
        while (aio.size() > 0) {
            aio.await(-1);
            takeEnded();
        }
        wakeup.close();
        path.close();
    }

    // For sockets and listeners

    /** Starts a receive: 0 or {@code -errno}. */
    int read(int descriptor, long address, int length, Owner owner) {
        return isFull() ? -Errno.ENOBUFS : begin(aio.read(descriptor, address, length), owner);
    }

    /** Starts a send: 0 or {@code -errno}. */
    int write(int descriptor, long address, int length, Owner owner) {
        return isFull() ? -Errno.ENOBUFS : begin(aio.write(descriptor, address, length), owner);
    }

    /** Keeps one operation free for the wake-up. */
    private boolean isFull() {
        return aio.size() >= owners.length - 1;
    }

    private int begin(int block, Owner owner) {
        if (block < 0) {
            return block;
        }
        owners[block] = owner;
        return 0;
    }

    /** Reports a completion that is not one of the C library. Any thread. */
    void ended(Runnable completion) {
        if (!ended.offer(completion)) {
            System.getLogger("sluice.io")
                    .log(
                            System.Logger.Level.DEBUG,
                            "an operation completed after its loop had ended");
        }
    }
}
