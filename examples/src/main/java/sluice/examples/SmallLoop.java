package sluice.examples;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.Chunk;
import sluice.io.Connection;
import sluice.io.CopyMode;
import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.IoResult;
import sluice.io.Limits;
import sluice.io.LoopParts;
import sluice.io.LoopResources;
import sluice.io.Model;
import sluice.io.Protocol;
import sluice.io.Quantum;
import sluice.io.Service;
import sluice.io.Socket;
import sluice.io.Timers;
import sluice.io.Transport;
import sluice.io.Work;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A whole event loop: one thread and one java.nio Selector for a listener and its connections. Each
 * turn waits, samples the clock, runs posted tasks, then what has happened, then timers. The end of
 * a send is posted, so that nothing is reported from within the verb that began it.
 */
final class SmallLoop implements EventLoop, AutoCloseable {
    private final LoopParts parts = LoopParts.of(new Cell(Model.SELECTOR, CopyMode.TRANSFER_TO));
    private final LoopResources resources = new LoopResources(
            System::nanoTime, Arena.ofAuto(), Limits.defaults(), new AtomicInteger());
    private final CopyPath path = parts.path(resources);
    private final Block scratch = resources.newBlock(Block.RECEIVE_SIZE);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final Supplier<Protocol> protocols;
    private final Thread thread = Thread.ofPlatform().name("small-loop").unstarted(this::run);
    private long turn;
    private volatile boolean ended;

    SmallLoop(Service service, InetSocketAddress address) throws IOException {
        listener.bind(address).configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        protocols = service.on(this);
        thread.start();
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    private void run() {
        try {
            while (!ended) {
                runTurn();
            }
            for (SelectionKey key : List.copyOf(selector.keys())) {
                if (key.attachment() instanceof Peer peer) {
                    peer.connection.abort(Counter.CUT_SHORT);
                }
            }
            runTasks();
            path.close();
            listener.close();
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException("the selector is broken", e);
        }
    }

    private void runTurn() throws IOException {
        turn++;
        long next = resources.timers().next();
        if (!tasks.isEmpty()) {
            selector.selectNow();
        } else if (next == Timers.NEVER) {
            selector.select();
        } else {
            selector.select(Math.max(1, Timers.millis(next - resources.now())));
        }
        resources.sample();
        runTasks();
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof Peer peer) {
                peer.ready();
            } else if (key.isAcceptable()) {
                accept();
            }
        }
        selector.selectedKeys().clear();
        resources.timers().expire(resources.now());
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            serve(parts.socket(channel));
        }
    }

    /** Those that are there now; what they post is for the next turn. */
    private void runTasks() {
        int there = tasks.size();
        for (int i = 0; i < there; i++) {
            tasks.remove().run();
        }
    }

    @Override
    public Cell cell() {
        return parts.cell();
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    @Override
    public boolean post(Runnable task) {
        if (ended) {
            return false;
        }
        tasks.add(task);
        selector.wakeup();
        return true;
    }

    @Override
    public void offload(Work kind, Runnable work, Runnable then) {
        Thread.startVirtualThread(() -> {
            try {
                work.run();
            } finally {
                post(then);
            }
        });
    }

    private void serve(Socket socket) {
        post(() -> new Peer(socket).connection.opened());
    }

    @Override
    public void connect(InetSocketAddress address, Protocol protocol) {
        throw new UnsupportedOperationException("this loop only serves");
    }

    @Override
    public void close() {
        ended = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A connection's verbs: try at once, and ask the selector only when the socket is full. */
    private final class Peer implements Transport {
        private final Socket socket;
        private final SelectionKey key;
        private final Quantum quantum = new Quantum();
        private final Connection connection;
        private @Nullable Chunk sending;
        private boolean more;

        Peer(Socket socket) {
            this.socket = socket;
            try {
                key = socket.channel().register(selector, SelectionKey.OP_READ, this);
            } catch (IOException e) {
                throw new IllegalStateException("closed before it was registered", e);
            }
            resources.population().incrementAndGet();
            connection = new Connection(SmallLoop.this, this, protocols);
        }

        void ready() {
            if (!key.isValid()) {
                return; // A task has closed it.
            }
            if (key.isWritable()) {
                want(SelectionKey.OP_WRITE, false);
                trySend();
            } else if (key.isReadable()) {
                receiveOnce();
            }
        }

        private void want(int operation, boolean on) {
            key.interestOps(on ? key.interestOps() | operation : key.interestOps() & ~operation);
        }

        private void receiveOnce() {
            long received = socket.receive(scratch, 0, Block.RECEIVE_SIZE);
            if (received > 0) {
                connection.received(scratch, 0, (int) received);
            } else if (received == 0) {
                receive(false);
                connection.inputEnded();
            } else if (received != IoResult.AGAIN) {
                connection.failed(received);
            }
        }

        private void trySend() {
            if (sending == null) {
                return;
            }
            long sent = sending.sendTo(socket, path, quantum.left(turn), more);
            if (sent == IoResult.AGAIN) {
                want(SelectionKey.OP_WRITE, true);
                return;
            }
            sending = null;
            quantum.sent(sent);
            tasks.add(() -> connection.sent(sent));
        }

        @Override
        public void receive(boolean on) {
            want(SelectionKey.OP_READ, on);
        }

        @Override
        public void send(Chunk chunk, boolean more) {
            sending = chunk;
            this.more = more;
            trySend();
        }

        @Override
        public void shutdownOutput() {
            socket.shutdownOutput();
        }

        @Override
        public void abort() {
            socket.abort();
            tasks.add(connection::collected);
        }

        @Override
        public void close() {
            socket.close();
            tasks.add(connection::collected);
        }
    }
}
