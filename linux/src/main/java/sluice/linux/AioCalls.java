package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * aio(7). These are functions of the C library, which starts threads that block; the kernel is not
 * involved. So they are bound by name, and a C library may lack them (musl lacks aio_init, and
 * before glibc 2.34 they were in another library).
 */
final class AioCalls {
    /**
     * Maximum of the C library's threads. Its default is 20, and it accepts one number for the
     * whole process, before the first operation. In effect the number of connections limits them.
     */
    private static final int THREADS_MAX = 1 << 20;

    /** Operations that the C library allocates memory for at first; it allocates more on demand. */
    private static final int ROOM = 64;

    /** Seconds that an idle thread waits before it ends. */
    private static final int IDLE_SECONDS = 1;

    static final int INIT_SIZE = 32;
    static final int INIT_NUM = 4;
    static final int INIT_IDLE_TIME = 24;

    /** Why the functions are not available; empty if they are. */
    static final String UNAVAILABLE;

    private static final @Nullable Functions FUNCTIONS;

    static {
        Functions bound = null;
        var reason = Native.UNAVAILABLE;
        if (reason.isEmpty()) {
            try {
                bound = Functions.bind();
            } catch (RuntimeException | LinkageError e) {
                reason = "this C library has no POSIX asynchronous I/O: " + e.getMessage();
            }
        }
        FUNCTIONS = bound;
        UNAVAILABLE = reason;
    }

    private AioCalls() {}

    private record Functions(
            MethodHandle read,
            MethodHandle write,
            MethodHandle error,
            MethodHandle take,
            MethodHandle suspend) {
        @SuppressWarnings("restricted") // this package is the one place with native access
        static Functions bind() {
            var errno = Linker.Option.captureCallState("errno");
            var linker = Linker.nativeLinker();
            var library = linker.defaultLookup();
            var begin = FunctionDescriptor.of(JAVA_INT, JAVA_LONG);
            var take = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
            var suspend = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
            var functions = new Functions(
                    linker.downcallHandle(library.findOrThrow("aio_read"), begin, errno),
                    linker.downcallHandle(library.findOrThrow("aio_write"), begin, errno),
                    linker.downcallHandle(library.findOrThrow("aio_error"), begin, errno),
                    linker.downcallHandle(library.findOrThrow("aio_return"), take, errno),
                    linker.downcallHandle(library.findOrThrow("aio_suspend"), suspend, errno));
            init(linker, library);
            return functions;
        }

        @SuppressWarnings("restricted")
        private static void init(Linker linker, SymbolLookup library) {
            var init = linker.downcallHandle(
                    library.findOrThrow("aio_init"), FunctionDescriptor.ofVoid(JAVA_LONG));
            try (var arena = Arena.ofConfined()) {
                var struct = arena.allocate(INIT_SIZE, Long.BYTES);
                struct.set(JAVA_INT, 0, THREADS_MAX);
                struct.set(JAVA_INT, INIT_NUM, ROOM);
                struct.set(JAVA_INT, INIT_IDLE_TIME, IDLE_SECONDS);
                init.invokeExact(struct.address());
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private static Functions functions() {
        if (FUNCTIONS == null) {
            throw new IllegalStateException(UNAVAILABLE);
        }
        return FUNCTIONS;
    }

    /** aio_read(3): 0, or {@code -errno}. */
    static int read(long block) {
        return invoke(functions().read, block);
    }

    /** aio_write(3): 0, or {@code -errno}. */
    static int write(long block) {
        return invoke(functions().write, block);
    }

    /** aio_error(3): 0, EINPROGRESS, or another positive error number. */
    static int error(long block) {
        return invoke(functions().error, block);
    }

    private static int invoke(MethodHandle function, long block) {
        var scratch = Scratch.current();
        int result;
        try {
            result = (int) function.invokeExact(scratch.memory, block);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        return result == -1 ? -errno(scratch) : result;
    }

    private static int errno(Scratch scratch) {
        return scratch.memory.get(JAVA_INT, Scratch.ERRNO);
    }

    /** aio_return(3): a count; once per operation. */
    static long take(long block) {
        try {
            return (long) functions().take.invokeExact(Scratch.current().memory, block);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /**
     * aio_suspend(3): 0 when one of the operations has completed, {@code -EAGAIN} on timeout, or
     * {@code -EINTR}; negative {@code nanos} waits for ever.
     */
    static int suspend(long list, int count, long nanos) {
        var scratch = Scratch.current();
        long timeout = 0;
        if (nanos >= 0) {
            timeout = scratch.at(Scratch.STRUCT);
            scratch.memory.set(JAVA_LONG, Scratch.STRUCT, nanos / NANOS_PER_SECOND);
            scratch.memory.set(JAVA_LONG, Scratch.STRUCT + 8, nanos % NANOS_PER_SECOND);
        }
        int result;
        try {
            result = (int) functions().suspend.invokeExact(scratch.memory, list, count, timeout);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        return result == -1 ? -errno(scratch) : result;
    }

    private static final long NANOS_PER_SECOND = 1_000_000_000;
}
