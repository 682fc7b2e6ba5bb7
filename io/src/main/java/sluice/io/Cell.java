package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Linux;
import sluice.linux.Probe;

import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pair of I/O model and copy path, as the user chose them: which kind of sockets it needs, or why
 * it is not available here. A choice is never replaced silently.
 */
public record Cell(Model model, CopyMode copy) {
    private static final SocketKind[] KINDS = SocketKind.values();

    /** Why this machine cannot run this pair, and what to do; null if it can. */
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

    /** The C library may lack POSIX asynchronous I/O. */
    private static @Nullable String aioRefusal() {
        Probe.Feature aio = Probe.of(Probe.POSIX_AIO);
        return aio.available()
                ? null
                : "model posix-aio is not available here: " + aio.detail() + "; use --model "
                        + Model.best().label();
    }

    /** More often containers or administrators forbid io_uring than the kernel lacks it. */
    private static @Nullable String uringRefusal() {
        Probe.Feature ring = Probe.of(Probe.IO_URING);
        if (ring.available()) {
            return null;
        }
        String enabling = ring.detail().endsWith(Probe.LOCKED_MEMORY)
                ? ""
                : "; enable it (sysctl kernel.io_uring_disabled=0; in a container also a seccomp"
                        + " profile that allows io_uring_setup, io_uring_enter and"
                        + " io_uring_register)";
        return "model io_uring is not available here: " + ring.detail() + enabling
                + ", or use --model " + Model.best().label();
    }

    @Nullable
    public String refusal(boolean linux) {
        if (!linux && model.sockets().stream().allMatch(SocketKind::needsLinux)) {
            return "model " + model.label() + needsLinux() + "; use --model "
                    + names(
                            Model.values(),
                            Model::label,
                            m -> new Cell(m, CopyMode.AUTO).runs(false));
        }
        if (!linux && copy.sockets().stream().allMatch(SocketKind::needsLinux)) {
            return "copy path " + copy.label() + needsLinux() + "; use --copy " + copies(false);
        }
        if (!runs(linux)) {
            return "copy path " + copy.label() + " needs " + SocketKind.words(copy.sockets())
                    + ", and model "
                    + model.label() + " has " + SocketKind.words(model.sockets()) + "; use --copy "
                    + copies(linux) + ", or --model "
                    + names(Model.values(), Model::label, m -> new Cell(m, copy).runs(linux));
        }
        return null;
    }

    private static String needsLinux() {
        return " needs Linux system calls (" + Linux.unavailableReason() + ")";
    }

    private String copies(boolean linux) {
        return names(CopyMode.values(), CopyMode::label, c -> new Cell(model, c).runs(linux));
    }

    private static <T> String names(T[] all, Function<T, String> name, Predicate<T> good) {
        return Stream.of(all)
                .filter(good)
                .map(name)
                .collect(Collectors.joining(", "))
                .replaceFirst(", ([^,]*)$", " or $1");
    }

    /** Whether any machine can run it: model and copy path share a kind of socket. */
    public boolean isPossible() {
        return runs(true);
    }

    private boolean runs(boolean linux) {
        return kind(linux) != null;
    }

    /** The kind of sockets to create. */
    public SocketKind sockets() {
        return sockets(Linux.available());
    }

    public SocketKind sockets(boolean linux) {
        SocketKind common = kind(linux);
        if (common == null) {
            throw new IllegalStateException("no kind of socket in common");
        }
        return common;
    }

    /** Every connection asks: a stream here cost 370 bytes each. */
    private @Nullable SocketKind kind(boolean linux) {
        for (SocketKind kind : KINDS) {
            boolean exists = linux || !kind.needsLinux();
            if (exists && model.sockets().contains(kind) && copy.sockets().contains(kind)) {
                return kind;
            }
        }
        return null;
    }

    /** Whether a loop that must not block sends files itself, and so needs the cold guard. */
    public boolean asksBeforeSending() {
        return !hasThreads();
    }

    /**
     * Whether a loop has read and sent the bytes of a file when a try ends, so that the file may
     * lose them then ({@link Residency}), and a buffer may have others. Not where calls complete
     * later.
     */
    public boolean readsInTheCall() {
        return switch (model) {
            case BLOCKING, VIRTUAL, ASYNC_CHANNEL, POSIX_AIO, IO_URING -> false;
            default -> true;
        };
    }

    /** The copy path that {@code auto} means in this pair. */
    public CopyMode effectiveCopy() {
        if (copy != CopyMode.AUTO) {
            return copy;
        }
        return switch (sockets()) {
            case RAW -> CopyMode.SENDFILE;
            case NIO -> CopyMode.TRANSFER_TO;
            case ASYNC, AIO -> CopyMode.DIRECT;
        };
    }

    /** The copy path of a region of this length: {@code auto} copies a small one. */
    public CopyMode copyOf(long length) {
        return length <= CopyMode.COPIED_MAX && copiesSmall() ? CopyMode.DIRECT : effectiveCopy();
    }

    /** Whether small regions are copied though the copy path does not copy. */
    public boolean copiesSmall() {
        return copy == CopyMode.AUTO && !effectiveCopy().copies();
    }

    /**
     * How bodies of requests get into files: past user space if the copy path sends files past it,
     * and through our buffers if the copy path copies the bytes.
     */
    public ReceiveMode receiving() {
        if (effectiveCopy().copies()) {
            return ReceiveMode.BUFFER;
        }
        return switch (sockets()) {
            case RAW -> ReceiveMode.SPLICE;
            case NIO -> ReceiveMode.TRANSFER_FROM;
            case ASYNC, AIO -> ReceiveMode.BUFFER;
        };
    }

    /** Whether each connection has its own thread; then no reactor design applies. */
    public boolean hasThreads() {
        return model == Model.BLOCKING || model == Model.VIRTUAL;
    }

    /**
     * Whether a loop can free its memory when it ends; otherwise the garbage collector does. If an
     * asynchronous channel is closed while a call is pending, it never releases a closeable arena
     * (JDK 25).
     */
    public boolean closesArena() {
        return sockets() != SocketKind.ASYNC;
    }
}
