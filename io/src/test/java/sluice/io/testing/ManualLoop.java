package sluice.io.testing;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.Chunk;
import sluice.io.Connection;
import sluice.io.Copy;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.Limits;
import sluice.io.LoopResources;
import sluice.io.Model;
import sluice.io.Protocol;
import sluice.io.Socket;
import sluice.io.Transport;

import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A loop and a transport that do nothing by themselves: the test moves the clock, and completes
 * what a connection has begun when it wants, as a kernel would.
 */
public final class ManualLoop implements EventLoop, Transport {
    public static final Duration STALL = Duration.ofSeconds(10);
    public static final Duration LINGER = Duration.ofSeconds(2);

    final List<String> verbs = new ArrayList<>();
    public final AtomicInteger population = new AtomicInteger(1);
    private final Arena arena = Arena.ofAuto();
    private final LoopResources resources;
    private final Connection connection;
    public boolean ended;
    private long clock = 1_000_000_000L;

    public ManualLoop(Supplier<Protocol> protocols, int buffers) {
        Limits limits = new Limits(10, buffers, STALL, LINGER);
        resources = new LoopResources(() -> clock, arena, limits, population);
        connection = new Connection(this, this, protocols);
    }

    public Connection connection() {
        return connection;
    }

    /** What was asked of the transport since the last look. */
    public List<String> verbs() {
        List<String> taken = List.copyOf(verbs);
        verbs.clear();
        return taken;
    }

    /** Lets time pass and runs what is due, a tick's lateness allowed. */
    public void pass(Duration time) {
        clock += time.toNanos();
        resources.sample();
        resources.timers().expire(clock);
    }

    public void receive(String text) {
        Block block = new Block(arena);
        for (int i = 0; i < text.length(); i++) {
            block.segment().set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) text.charAt(i));
        }
        connection.received(block, 0, text.length());
    }

    public long counted(Counter counter) {
        return resources.counters().get(counter);
    }

    @Override
    public void receive(boolean on) {
        verbs.add(on ? "receive" : "pause");
    }

    @Override
    public void awaitReadable() {
        verbs.add("await readable");
    }

    @Override
    public void send(Chunk chunk, boolean more) {
        verbs.add("send " + chunk.remaining() + (more ? " more" : ""));
    }

    @Override
    public void shutdownOutput() {
        verbs.add("fin");
    }

    @Override
    public void abort() {
        verbs.add("rst");
    }

    @Override
    public void close() {
        verbs.add("close");
    }

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
        verbs.add("post");
        return !ended;
    }

    @Override
    public void offload(Runnable work, Runnable then) {
        throw new IllegalStateException("not asked for");
    }

    @Override
    public void adopt(Socket socket) {
        throw new IllegalStateException("not asked for");
    }

    @Override
    public void connect(InetSocketAddress address, Protocol protocol) {
        throw new IllegalStateException("not asked for");
    }
}
