package sluice.io;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loop with one connection and no socket: what is sent is taken whole, and counted. It runs
 * everything a request costs between two system calls. One thread.
 */
public final class InMemoryLoop implements EventLoop {
    private final LoopResources resources;
    private final Connection connection;
    private final Block request;
    private final int length;
    private @Nullable Chunk offered;

    /** A connection of a service that sends one request again and again. */
    public InMemoryLoop(Service service, byte[] bytes) {
        Arena arena = Arena.ofAuto();
        resources =
                new LoopResources(System::nanoTime, arena, Limits.defaults(), new AtomicInteger(1));
        request = new Block(arena);
        length = bytes.length;
        MemorySegment.copy(bytes, 0, request.segment(), ValueLayout.JAVA_BYTE, 0, length);
        connection = new Connection(this, new Taker(), service.on(this));
        connection.opened();
    }

    /** The request arrives and is answered; the bytes of the answer. */
    public long exchange() {
        resources.sample();
        connection.received(request, 0, length);
        long taken = 0;
        for (Chunk chunk = offered; chunk != null; chunk = offered) {
            offered = null;
            long all = chunk.remaining();
            taken += all;
            connection.sent(all);
        }
        return taken;
    }

    @Override
    public Cell cell() {
        return new Cell(Model.EPOLL, Copy.SENDFILE);
    }

    /** Nobody else waits for this thread, so nothing goes to a worker. */
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    @Override
    public boolean post(Runnable task) {
        task.run();
        return true;
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        work.run();
        then.run();
    }

    @Override
    public void adopt(Socket socket) {
        throw new UnsupportedOperationException("one connection only");
    }

    @Override
    public void connect(InetSocketAddress address, Protocol protocol) {
        throw new UnsupportedOperationException("one connection only");
    }

    private final class Taker implements Transport {
        @Override
        public void receive(boolean on) {}

        @Override
        public void awaitReadable() {}

        @Override
        public void send(Chunk chunk, boolean more) {
            offered = chunk;
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public void abort() {
            connection.collected();
        }

        @Override
        public void close() {
            connection.collected();
        }
    }
}
