package sluice.io.testing;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.Chunk;
import sluice.io.Connection;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.Limits;
import sluice.io.LoopResources;
import sluice.io.Model;
import sluice.io.Protocol;
import sluice.io.ReceiveMode;
import sluice.io.Service;
import sluice.io.Transport;
import sluice.io.Work;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A loop and a transport of one connection without a socket, which do nothing by themselves: a test
 * or a benchmark moves the clock, and completes what the connection has begun when it wants, as a
 * kernel would. A {@link Rehearsal} drives one to the end. One thread.
 */
public final class ManualLoop implements EventLoop, Transport {
    public static final Duration STALL = Duration.ofSeconds(10);
    public static final Duration LINGER = Duration.ofSeconds(2);

    /** What was asked of the transport, if somebody wants to know. */
    private final @Nullable List<String> verbs;

    public final AtomicInteger population = new AtomicInteger(1);
    private final LoopResources resources;
    private final Connection connection;
    private final Block scratch;
    private @Nullable Chunk offered;
    private boolean more;
    public boolean ended;
    /** How bytes are said to reach a file; none ever does. */
    public ReceiveMode way = ReceiveMode.BUFFER;
    /** What the peer has not acknowledged yet. */
    public long unacknowledged;

    /** What {@link #limitUnsent} was told last. */
    public int unsentMax = -1;

    private long clock = 1_000_000_000L;

    final MemorySocket socket = new MemorySocket();
    private final MemoryCopy path;
    final Queue<Runnable> tasks = new ArrayDeque<>();
    final Queue<byte[]> input = new ArrayDeque<>();
    long window = Long.MAX_VALUE;
    boolean workersRest;
    boolean inputEnds;
    boolean receiving = true;
    private boolean awaitingReadable;
    boolean outputEnded;
    boolean closed;
    boolean torn;
    private boolean collected;

    /** One for a test that looks at the verbs and answers them itself. */
    public ManualLoop(Supplier<Protocol> protocols, int buffers) {
        this(_ -> protocols, new Limits(10, buffers, STALL, LINGER), new ArrayList<>());
    }

    /** One for a service, with the limits of a server. */
    public ManualLoop(Service service) {
        this(service::on, Limits.defaults(), null);
    }

    private ManualLoop(
            Function<EventLoop, Supplier<Protocol>> service,
            Limits limits,
            @Nullable List<String> verbs) {
        this.verbs = verbs;
        resources = new LoopResources(() -> clock, Arena.ofAuto(), limits, population);
        path = new MemoryCopy(resources);
        scratch = resources.newBlock();
        connection = new Connection(this, this, service.apply(this));
    }

    public Connection connection() {
        return connection;
    }

    /** What was asked of the transport since the last look. */
    public List<String> verbs() {
        List<String> asked = Objects.requireNonNull(verbs, "nobody wanted to know");
        List<String> taken = List.copyOf(asked);
        asked.clear();
        return taken;
    }

    private void asked(String verb) {
        if (verbs != null) {
            verbs.add(verb);
        }
    }

    /** Lets time pass and runs what is due, a tick's lateness allowed. */
    public void pass(Duration time) {
        clock += time.toNanos();
        resources.sample();
        resources.timers().expire(clock);
    }

    /** Bytes arrive now, wanted or not. */
    public void receive(String text) {
        receive(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void receive(byte[] bytes) {
        scratch.segment().copyFrom(MemorySegment.ofArray(bytes));
        connection.received(scratch, 0, bytes.length);
    }

    /** The chunk that is to be sent, if there is one: who takes it completes it. */
    public @Nullable Chunk takeOffered() {
        Chunk taken = offered;
        offered = null;
        return taken;
    }

    public long counted(Counter counter) {
        return resources.counters().get(counter);
    }

    /** Turns until nothing goes on without the peer, the clock or the workers. */
    public void run() {
        boolean busy = true;
        while (busy) {
            busy = turn();
        }
    }

    private boolean turn() {
        if (!workersRest && !tasks.isEmpty()) {
            tasks.remove().run();
        } else if (closed) {
            return collect();
        } else if (offered != null) {
            Chunk chunk = offered;
            offered = null;
            connection.sent(chunk.sendTo(socket, path, window, more));
        } else if (awaitingReadable && !input.isEmpty()) {
            awaitingReadable = false;
            connection.readable();
        } else if (receiving && !input.isEmpty()) {
            receive(input.remove());
        } else if (receiving && inputEnds) {
            inputEnds = false;
            receiving = false;
            connection.inputEnded();
        } else {
            return false;
        }
        return true;
    }

    private boolean collect() {
        if (collected) {
            return false;
        }
        collected = true;
        connection.collected();
        return true;
    }

    // The verbs

    @Override
    public void receive(boolean on) {
        asked(on ? "receive" : "pause");
        receiving = on;
        awaitingReadable = false;
    }

    @Override
    public ReceiveMode receiving() {
        return way;
    }

    @Override
    public void awaitReadable() {
        asked("await readable");
        awaitingReadable = true;
    }

    @Override
    public void send(Chunk chunk, boolean more) {
        if (verbs != null) {
            verbs.add("send " + chunk.remaining() + (more ? " more" : ""));
        }
        offered = chunk;
        this.more = more;
    }

    @Override
    public void shutdownOutput() {
        asked("fin");
        outputEnded = true;
    }

    @Override
    public void abort() {
        asked("rst");
        torn = true;
        closed = true;
    }

    @Override
    public void close() {
        asked("close");
        closed = true;
    }

    // The contract

    @Override
    public void limitUnsent(int bytes) {
        unsentMax = bytes;
    }

    @Override
    public long unacknowledged() {
        return unacknowledged;
    }

    @Override
    public Cell cell() {
        return new Cell(Model.EPOLL, CopyMode.SENDFILE);
    }

    @Override
    public LoopResources resources() {
        return resources;
    }

    @Override
    public boolean post(Runnable task) {
        asked("post");
        return !ended && tasks.add(task);
    }

    /** A worker does the work in one turn, and the loop hears of it in another. */
    @Override
    public void offload(Work kind, Runnable work, Runnable then) {
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
    public void connect(InetSocketAddress address, Protocol protocol) {
        throw new UnsupportedOperationException("one connection only");
    }
}
