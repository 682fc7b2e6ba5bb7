package sluice.linux.testing;

import sluice.linux.Kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongUnaryOperator;

/**
 * A kernel whose calls follow the script of a test; calls without a script go to the real kernel.
 * Any thread may call; a script may be extended while it runs.
 *
 * {@snippet :
 * var kernel = new ScriptedKernel(Kernel.LINUX)
 *         .on(Call.SEND, new AtMost(1), new Fail(Errno.EAGAIN), new Fail(Errno.EINTR))
 *         .always(Call.PREAD, new AtMost(7));
 * }
 */
public final class ScriptedKernel implements Kernel {
    public enum Call {
        RECV,
        SEND,
        SENDFILE,
        PREAD,
        ACCEPT4,
        SHUTDOWN,
        CLOSE,
        STATX,
        RECVMSG,
        SPLICE_FROM,
        SPLICE,
        MAP,
        UNMAP,
        BYTE_WITHOUT_WAITING,
        READ_WITHOUT_WAITING,
        CACHED_PAGES,
        PWRITE,
        SPLICE_TO,
        FSYNC,
        RENAME
    }

    /** What happens to one call. */
    public sealed interface Step {}

    /** Makes the real call. */
    public record Pass() implements Step {}

    /** Makes the real call with at most this many bytes: a true short count. */
    public record AtMost(long bytes) implements Step {}

    /**
     * Fails with a positive error number and does nothing else; but a close that fails closes the
     * descriptor, as in the real kernel.
     */
    public record Fail(int errno) implements Step {}

    /** Does nothing and returns this. */
    public record Answer(long value) implements Step {}

    /** Runs an action, for example on the file or the peer, just before {@code then}. */
    public record Before(Runnable action, Step then) implements Step {}

    /**
     * A recorded call.
     *
     * @param length bytes asked for; 0 for calls without a length
     * @param result what the caller got
     */
    public record Invocation(Call call, int fd, long length, long result) {}

    private final Kernel real;
    private final Map<Call, Queue<Step>> scripts = new EnumMap<>(Call.class);
    private final Map<Call, Step> rules = new EnumMap<>(Call.class);
    private final List<Invocation> invocations = new ArrayList<>();

    public ScriptedKernel(Kernel real) {
        this.real = real;
    }

    /** Scripts the next calls of this kind, one step each. */
    public synchronized ScriptedKernel on(Call call, Step... steps) {
        scripts.computeIfAbsent(call, c -> new ArrayDeque<>()).addAll(List.of(steps));
        return this;
    }

    /** Scripts all further calls of this kind, after the steps of {@link #on}. */
    public synchronized ScriptedKernel always(Call call, Step step) {
        rules.put(call, step);
        return this;
    }

    /** All calls so far, in order of their return. */
    public synchronized List<Invocation> invocations() {
        return List.copyOf(invocations);
    }

    /** The calls of one kind so far. */
    public List<Invocation> invocations(Call call) {
        return invocations().stream().filter(i -> i.call == call).toList();
    }

    /** Steps that no call has used yet. */
    public synchronized int unused() {
        return scripts.values().stream().mapToInt(Queue::size).sum();
    }

    @Override
    public long recv(int fd, long address, long length, int flags) {
        return run(Call.RECV, fd, length, n -> real.recv(fd, address, n, flags));
    }

    @Override
    public long send(int fd, long address, long length, int flags) {
        return run(Call.SEND, fd, length, n -> real.send(fd, address, n, flags));
    }

    @Override
    public long sendfile(int out, int in, long offset, long count) {
        return run(Call.SENDFILE, out, count, n -> real.sendfile(out, in, offset, n));
    }

    @Override
    public long pread(int fd, long address, long length, long offset) {
        return run(Call.PREAD, fd, length, n -> real.pread(fd, address, n, offset));
    }

    @Override
    public int accept4(int fd, int flags) {
        return (int) run(Call.ACCEPT4, fd, 0, n -> real.accept4(fd, flags));
    }

    @Override
    public int shutdown(int fd, int how) {
        return (int) run(Call.SHUTDOWN, fd, 0, n -> real.shutdown(fd, how));
    }

    @Override
    public int close(int fd) {
        return (int) run(Call.CLOSE, fd, 0, n -> real.close(fd));
    }

    @Override
    public int statx(int fd, int mask, long statx) {
        return (int) run(Call.STATX, fd, 0, n -> real.statx(fd, mask, statx));
    }

    @Override
    public long recvmsg(int fd, long message, int flags) {
        return run(Call.RECVMSG, fd, 0, n -> real.recvmsg(fd, message, flags));
    }

    @Override
    public long spliceFrom(int file, long offset, int pipe, long length, int flags) {
        return run(
                Call.SPLICE_FROM, file, length, n -> real.spliceFrom(file, offset, pipe, n, flags));
    }

    @Override
    public long splice(int in, int out, long length, int flags) {
        return run(Call.SPLICE, out, length, n -> real.splice(in, out, n, flags));
    }

    @Override
    public long map(int fd, long offset, long length) {
        return run(Call.MAP, fd, length, n -> real.map(fd, offset, n));
    }

    @Override
    public int unmap(long address, long length) {
        return (int) run(Call.UNMAP, -1, length, n -> real.unmap(address, n));
    }

    @Override
    public int byteWithoutWaiting(int fd, long offset) {
        return (int)
                run(Call.BYTE_WITHOUT_WAITING, fd, 0, n -> real.byteWithoutWaiting(fd, offset));
    }

    @Override
    public int readWithoutWaiting(int fd, long address, int length, long offset) {
        return (int) run(
                Call.READ_WITHOUT_WAITING,
                fd,
                length,
                n -> real.readWithoutWaiting(fd, address, (int) n, offset));
    }

    @Override
    public long cachedPages(int fd, long offset, long length) {
        return run(Call.CACHED_PAGES, fd, length, n -> real.cachedPages(fd, offset, n));
    }

    @Override
    public long pwrite(int fd, long address, long length, long offset) {
        return run(Call.PWRITE, fd, length, n -> real.pwrite(fd, address, n, offset));
    }

    @Override
    public long spliceTo(int pipe, int file, long offset, long length, int flags) {
        return run(Call.SPLICE_TO, file, length, n -> real.spliceTo(pipe, file, offset, n, flags));
    }

    @Override
    public int fsync(int fd) {
        return (int) run(Call.FSYNC, fd, 0, n -> real.fsync(fd));
    }

    @Override
    public int rename(int fromDir, long from, int toDir, long to, int flags) {
        return (int) run(Call.RENAME, toDir, 0, n -> real.rename(fromDir, from, toDir, to, flags));
    }

    private long run(Call call, int fd, long length, LongUnaryOperator passOn) {
        long result = follow(next(call), call, length, passOn);
        synchronized (this) {
            invocations.add(new Invocation(call, fd, length, result));
        }
        return result;
    }

    private synchronized Step next(Call call) {
        var script = scripts.get(call);
        var step = script == null ? null : script.poll();
        return step == null ? rules.getOrDefault(call, new Pass()) : step;
    }

    private static long follow(Step step, Call call, long length, LongUnaryOperator passOn) {
        return switch (step) {
            case Pass() -> passOn.applyAsLong(length);
            case AtMost(long bytes) -> passOn.applyAsLong(Math.min(length, bytes));
            case Fail(int errno) -> {
                long closed = call == Call.CLOSE ? passOn.applyAsLong(length) : 0;
                yield closed < 0 ? closed : -errno;
            }
            case Answer(long value) -> value;
            case Before(var action, var then) -> {
                action.run();
                yield follow(then, call, length, passOn);
            }
        };
    }
}
