package sluice.io;

import org.jspecify.annotations.Nullable;

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
final class LineService implements Service {
    final Queue<LineProtocol> held = new ConcurrentLinkedQueue<>();
    /** What "later" does off the loop. */
    volatile Runnable work = () -> {};

    /** Protocols that cannot be made, from now on. */
    final AtomicInteger mistakes = new AtomicInteger();

    private final Set<LineProtocol> live = ConcurrentHashMap.newKeySet();
    private final List<EventLoop> loops = new CopyOnWriteArrayList<>();
    private volatile Duration idle = Duration.ofMinutes(1);
    private volatile @Nullable String greeting;
    private volatile @Nullable TestFile file;

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

    LineService idle(Duration limit) {
        idle = limit;
        return this;
    }

    Duration idle() {
        return idle;
    }

    LineService file(TestFile served) {
        file = served;
        return this;
    }

    TestFile file() {
        return Objects.requireNonNull(file, "the test serves no file");
    }

    LineService greeting(String text) {
        greeting = text;
        return this;
    }

    @Nullable
    String greeting() {
        return greeting;
    }

    List<EventLoop> loops() {
        return loops;
    }

    Set<LineProtocol> live() {
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
