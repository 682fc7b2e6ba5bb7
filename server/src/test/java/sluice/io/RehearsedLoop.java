package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.io.copy.Sendfile;
import sluice.io.socket.RawSocket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/** The loop and the transport of one connection without a socket. */
final class RehearsedLoop implements EventLoop, Transport {
    final MemoryKernel kernel = new MemoryKernel();
    final LoopResources resources;
    final Connection connection;
    final Queue<byte[]> input = new ArrayDeque<>();
    long clock;
    long window = Long.MAX_VALUE;
    boolean workersRest;
    boolean ended;
    boolean receiving = true;
    boolean inputEnds;
    boolean outputEnded;
    boolean closed;
    boolean torn;

    @Nullable
    Chunk sending;

    final Queue<Runnable> tasks = new ArrayDeque<>();
    private final RawSocket socket = new RawSocket(0, kernel);
    private final CopyPath path = new Sendfile(new Counters());
    private final Block scratch;
    private boolean more;

    RehearsedLoop(Arena arena, Service service) {
        AtomicInteger population = new AtomicInteger(1);
        resources = new LoopResources(() -> clock, arena, Limits.defaults(), population);
        scratch = resources.newBlock();
        connection = new Connection(this, this, service.on(this));
    }

    /** Turns until nothing goes on without the peer, the clock or the workers. */
    void run() {
        boolean busy = true;
        while (busy) {
            busy = turn();
        }
    }

    private boolean turn() {
        if (!workersRest && !tasks.isEmpty()) {
            tasks.remove().run();
        } else if (closed) {
            return false;
        } else if (sending != null) {
            Chunk chunk = sending;
            sending = null;
            connection.sent(chunk.sendTo(socket, path, window, more));
        } else if (receiving && !input.isEmpty()) {
            byte[] piece = input.remove();
            scratch.segment().copyFrom(MemorySegment.ofArray(piece));
            connection.received(scratch, 0, piece.length);
        } else if (receiving && inputEnds) {
            inputEnds = false;
            receiving = false;
            connection.inputEnded();
        } else {
            return false;
        }
        return true;
    }

    // The verbs

    @Override
    public void receive(boolean on) {
        receiving = on;
    }

    @Override
    public void awaitReadable() {
        throw new UnsupportedOperationException("nothing rehearsed here asks for this");
    }

    @Override
    public void send(Chunk chunk, boolean more) {
        sending = chunk;
        this.more = more;
    }

    @Override
    public void shutdownOutput() {
        outputEnded = true;
    }

    @Override
    public void abort() {
        torn = true;
        close();
    }

    @Override
    public void close() {
        closed = true;
        sending = null;
        connection.collected();
    }

    // The contract

    @Override
    public Cell cell() {
        return new Cell(Model.EPOLL, Copy.SENDFILE);
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    @Override
    public boolean post(Runnable task) {
        return tasks.add(task);
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        tasks.add(() -> {
            work.run();
            tasks.add(() -> {
                if (!ended) {
                    then.run();
                }
            });
        });
    }

    @Override
    public void adopt(Socket other) {
        throw new UnsupportedOperationException("one connection only");
    }

    @Override
    public void connect(InetSocketAddress address, Protocol protocol) {
        throw new UnsupportedOperationException("one connection only");
    }
}
