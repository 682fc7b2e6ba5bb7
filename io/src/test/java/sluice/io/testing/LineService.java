package sluice.io.testing;

import org.jspecify.annotations.Nullable;

import sluice.io.EventLoop;
import sluice.io.FileSink;
import sluice.io.Protocol;
import sluice.io.Service;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Makes {@link LineProtocol}s and remembers them for the test. */
public final class LineService implements Service {
    public final Queue<LineProtocol> held = new ConcurrentLinkedQueue<>();
    /** What "later" does off the loop. */
    public volatile Runnable work = () -> {};

    /** Protocols that cannot be made, from now on. */
    public final AtomicInteger mistakes = new AtomicInteger();

    private final Set<LineProtocol> live = ConcurrentHashMap.newKeySet();
    private final List<EventLoop> loops = new CopyOnWriteArrayList<>();
    private volatile Duration idle = Duration.ofMinutes(1);
    private volatile @Nullable String greeting;
    private volatile @Nullable TestFile file;
    private volatile @Nullable FileSink sink;

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        loops.add(loop);
        return () -> {
            if (mistakes.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("no protocol, as the test asked for");
            }
            return new LineProtocol(this, loop);
        };
    }

    public LineService idle(Duration limit) {
        idle = limit;
        return this;
    }

    public Duration idle() {
        return idle;
    }

    public LineService file(TestFile served) {
        file = served;
        return this;
    }

    public TestFile file() {
        return Objects.requireNonNull(file, "the test serves no file");
    }

    public LineService greeting(String text) {
        greeting = text;
        return this;
    }

    public LineService sink(FileSink into) {
        sink = into;
        return this;
    }

    FileSink sink() {
        return Objects.requireNonNull(sink, "the test stores nothing");
    }

    @Nullable
    public String greeting() {
        return greeting;
    }

    public List<EventLoop> loops() {
        return loops;
    }

    public Set<LineProtocol> live() {
        return live;
    }

    void opened(LineProtocol protocol) {
        live.add(protocol);
    }

    void closed(LineProtocol protocol) {
        live.remove(protocol);
        held.remove(protocol);
    }
}
