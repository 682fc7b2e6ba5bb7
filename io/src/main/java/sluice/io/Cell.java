package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Linux;
import sluice.linux.Probe;

import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model and a copy path that were asked for together: which sockets they need, or why they cannot
 * be had here. Nothing is replaced in silence.
 */
public record Cell(Model model, Copy copy) {
    /** Why this machine cannot run this cell, and what to do; null when it can. */
    public @Nullable String refusal() {
        String refusal = refusal(Linux.available());
        if (refusal != null) {
            return refusal;
        }
        return switch (model) {
            case IO_URING -> uringRefusal();
            case POSIX_AIO -> aioRefusal();
            default -> null;
        };
    }

    /** A C library may lack it. */
    private static @Nullable String aioRefusal() {
        Probe.Feature aio = Probe.of(Probe.POSIX_AIO);
        return aio.available()
                ? null
                : "model posix-aio is not to be had here: " + aio.detail() + "; use --model "
                        + Model.best().label();
    }

    /** Containers and administrators forbid io_uring more often than kernels lack it. */
    private static @Nullable String uringRefusal() {
        Probe.Feature ring = Probe.of(Probe.IO_URING);
        return ring.available()
                ? null
                : "model io_uring is not to be had here: " + ring.detail()
                        + "; allow it (sysctl kernel.io_uring_disabled=0, and in a container a"
                        + " seccomp profile with io_uring_setup, io_uring_enter and"
                        + " io_uring_register), or use --model " + Model.best().label();
    }

    @Nullable
    String refusal(boolean linux) {
        if (!linux && model.sockets().stream().allMatch(Sockets::needsLinux)) {
            return "model " + model.label() + needsLinux() + "; use --model "
                    + names(Model.values(), Model::label, m -> new Cell(m, Copy.AUTO).runs(false));
        }
        if (!linux && copy.sockets().stream().allMatch(Sockets::needsLinux)) {
            return "copy path " + copy.label() + needsLinux() + "; use --copy " + copies(false);
        }
        if (!runs(linux)) {
            return "copy path " + copy.label() + " needs " + Sockets.words(copy.sockets())
                    + ", and model "
                    + model.label() + " has " + Sockets.words(model.sockets()) + "; use --copy "
                    + copies(linux) + ", or --model "
                    + names(Model.values(), Model::label, m -> new Cell(m, copy).runs(linux));
        }
        return null;
    }

    private static String needsLinux() {
        return " needs Linux system calls (" + Linux.unavailableReason() + ")";
    }

    private String copies(boolean linux) {
        return names(Copy.values(), Copy::label, c -> new Cell(model, c).runs(linux));
    }

    private static <T> String names(T[] all, Function<T, String> name, Predicate<T> good) {
        return Stream.of(all)
                .filter(good)
                .map(name)
                .collect(Collectors.joining(", "))
                .replaceFirst(", ([^,]*)$", " or $1");
    }

    /** Whether some machine, if not this one, can run it: model and path have sockets in common. */
    public boolean isPossible() {
        return runs(true);
    }

    private boolean runs(boolean linux) {
        return kind(linux).isPresent();
    }

    /** The sockets to make. */
    Sockets sockets() {
        return sockets(Linux.available());
    }

    Sockets sockets(boolean linux) {
        return kind(linux).orElseThrow(() -> new IllegalStateException("a refused cell has none"));
    }

    private Optional<Sockets> kind(boolean linux) {
        return Stream.of(Sockets.values())
                .filter(kind -> linux || !kind.needsLinux())
                .filter(kind -> model.sockets().contains(kind) && copy.sockets().contains(kind))
                .findFirst();
    }

    /** Whether a loop that must not wait sends files itself: then there is a cold-read guard. */
    public boolean asksBeforeSending() {
        return !hasThreads();
    }

    /** What {@code auto} stands for in this cell. */
    public Copy effectiveCopy() {
        if (copy != Copy.AUTO) {
            return copy;
        }
        return switch (sockets()) {
            case RAW -> Copy.SENDFILE;
            case NIO -> Copy.TRANSFER_TO;
            case ASYNC, AIO -> Copy.DIRECT;
        };
    }

    /**
     * How bodies of requests reach files: without user space where files leave without it, and
     * through our buffers where the copy path was chosen to lift the bytes.
     */
    public Receiving receiving() {
        if (effectiveCopy().copies()) {
            return Receiving.BUFFER;
        }
        return switch (sockets()) {
            case RAW -> Receiving.SPLICE;
            case NIO -> Receiving.TRANSFER_FROM;
            case ASYNC, AIO -> Receiving.BUFFER;
        };
    }

    /** Whether each connection has a thread of its own: then there are no loops to arrange. */
    boolean hasThreads() {
        return model == Model.BLOCKING || model == Model.VIRTUAL;
    }

    /** Whether a loop's memory can be freed at its end; otherwise it is collected some time. */
    boolean closesArena() {
        return sockets() != Sockets.ASYNC;
    }

    /**
     * Memory of a loop. An asynchronous channel that was closed with a call under way never lets go
     * of an arena that can be closed (JDK 25).
     */
    Arena newArena() {
        return closesArena() ? Arena.ofShared() : Arena.ofAuto();
    }

    /** Makes what waits for the sockets of a loop that many connections share. */
    Engine engine(SharedLoop loop) {
        return switch (model) {
            case ASYNC_CHANNEL -> new ChannelEngine(loop);
            case POSIX_AIO -> new AioEngine(loop);
            case IO_URING -> new UringEngine(loop, UringEngine.Features.ALL);
            default -> new ReadinessEngine(loop, this::poller);
        };
    }

    /** Makes what waits for the sockets of one readiness engine. */
    private Poller poller(PollerParts parts) {
        return switch (model) {
            case NONBLOCKING -> new NonblockingPoller(parts);
            case SELECT -> new SelectPoller(parts);
            case POLL -> new PollPoller(parts);
            case SIGNAL -> new SignalPoller(parts);
            case EPOLL -> new EpollPoller(parts);
            case EPOLL_ET -> new EpollEdgePoller(parts);
            case EPOLL_ONESHOT -> new EpollOneshotPoller(parts);
            case SELECTOR -> new SelectorPoller(parts.slots());
            default -> throw new IllegalStateException("no readiness model");
        };
    }

    /** Makes the copy path for one loop. */
    CopyPath path(LoopResources resources, LoopSettings settings) {
        Counters counters = resources.counters();
        int buffer = settings.copying().buffer();
        return switch (effectiveCopy()) {
            case SENDFILE -> new Sendfile(counters);
            case SPLICE -> new Splice(settings.kernel(), counters);
            case MMAP -> new MmapCopy(settings.kernel(), counters);
            case DIRECT -> new DirectCopy(resources.newBlock(buffer), counters);
            case HEAP -> new HeapCopy(resources.newBlock(buffer), counters);
            case ZEROCOPY -> {
                DirectCopy plain = new DirectCopy(resources.newBlock(), counters);
                yield new ZeroCopy(settings.kernel(), counters, resources.errorQueue(), plain);
            }
            case TRANSFER_TO, AUTO -> new TransferTo(counters);
        };
    }
}
