package sluice.io.async;

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
import sluice.io.socket.Listener;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * java.nio asynchronous channels: a thread of the JDK waits for all sockets, makes the calls and
 * runs handlers, which post to the loop. So each step of a connection passes from one thread to
 * another. {@link AsyncEndpoint} is its transport.
 */
public final class ChannelEngine implements Engine {
    /** Completions handled per turn, as many as events of a readiness model. */
    private static final int ENDED_PER_TURN = 512;

    private final SharedLoop loop;
    private final Mailbox ended;
    private final Pool<Block> buffers;
    private final PooledCopy copies;
    private final CopyPath path;
    private final List<AsyncListening> listenings = new ArrayList<>();

    public ChannelEngine(SharedLoop loop) {
        this.loop = loop;
        ended = new Mailbox(loop.thread(), this::wake);
        LoopResources resources = loop.resources();
        buffers = resources.receiveBuffers();
        Pool<CopyPath> paths = resources.pool(
                () -> loop.settings().backend().path(resources, loop.settings().copying()));
        copies = new PooledCopy(paths, resources.counters());
        path = loop.guarded(copies);
    }

    @Override
    public Listening listen(Listener listener, Listening.Owner owner) {
        ChannelListener channel = (ChannelListener) listener;
        AsyncListening listening = new AsyncListening(
                listener,
                completed -> channel.begin(() -> end(() -> completed.accept(channel.accept()))),
                owner);
        listenings.add(listening);
        listening.watch(true);
        return listening;
    }

    private void end(Runnable completion) {
        if (!ended.offer(completion)) {
            System.getLogger("sluice.io")
                    .log(
                            System.Logger.Level.DEBUG,
                            "an operation completed after its loop had ended");
        }
    }

    @Override
    public LoopTransport transport(Socket socket) {
        ChannelSocket channel = (ChannelSocket) socket;
        channel.on(this::end);
        return new AsyncEndpoint(loop, channel, buffers, path, copies);
    }

    @Override
    public void await(long nanos) {
        if (nanos > 0 && ended.isEmpty()) {
            if (nanos == Timers.NEVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
    }

    @Override
    public int dispatch() {
        return ended.run(ENDED_PER_TURN);
    }

    @Override
    public void wake() {
        LockSupport.unpark(loop.thread());
    }

    /** All channels are closed, which ends their pending calls. */
    @Override
    public void close() {
        listenings.forEach(AsyncListening::fail);
        while (loop.hasOpen()) {
            await(Timers.NEVER);
            dispatch();
        }
        ended.close();
        path.close();
    }
}
