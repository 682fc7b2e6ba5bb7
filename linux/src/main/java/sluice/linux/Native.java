package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * The one door to the kernel: syscall(2) of the C library, bound in two shapes.
 *
 * <p>One symbol instead of forty: it exists in every C library, calls newer than the C library
 * work, start-up spins two stubs only, and a kernel that lacks a call says so itself ({@code
 * ENOSYS}). The stubs are never {@code critical}: a call may block, and must not hold up garbage
 * collection.
 */
final class Native {
    /** Why no call can be made, or empty. */
    static final String UNAVAILABLE;

    private static final MethodHandle SYSCALL4;
    private static final MethodHandle SYSCALL6;

    static {
        var binding = Binding.bind();
        SYSCALL4 = binding.four;
        SYSCALL6 = binding.six;
        UNAVAILABLE = binding.unavailable;
    }

    private Native() {}

    static long call(long number, long a) {
        return call(number, a, 0, 0, 0);
    }

    static long call(long number, long a, long b) {
        return call(number, a, b, 0, 0);
    }

    static long call(long number, long a, long b, long c) {
        return call(number, a, b, c, 0);
    }

    static long call(long number, long a, long b, long c, long d) {
        return call(Scratch.current(), number, a, b, c, d);
    }

    /** The same for a caller that holds its thread's scratch already. */
    static long call(Scratch scratch, long number, long a, long b, long c, long d) {
        var errno = scratch.memory;
        long result;
        try {
            result = (long) SYSCALL4.invokeExact(errno, number, a, b, c, d);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        return result == -1 ? -errno.get(JAVA_INT, Scratch.ERRNO) : result;
    }

    static long call(long number, long a, long b, long c, long d, long e, long f) {
        var errno = Scratch.current().memory;
        long result;
        try {
            result = (long) SYSCALL6.invokeExact(errno, number, a, b, c, d, e, f);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        return result == -1 ? -errno.get(JAVA_INT, Scratch.ERRNO) : result;
    }

    /** What stands in for syscall(2) where it cannot be bound. */
    @SuppressWarnings("unused") // called by the method handles below
    private static long notImplemented(MemorySegment errno) {
        errno.set(JAVA_INT, Scratch.ERRNO, Errno.ENOSYS);
        return -1;
    }

    private record Binding(MethodHandle four, MethodHandle six, String unavailable) {
        static Binding bind() {
            var reason = platformReason();
            if (reason.isEmpty()) {
                try {
                    return new Binding(downcall(4), downcall(6), "");
                } catch (RuntimeException | LinkageError e) {
                    // IllegalCallerException when native access is denied to this module
                    reason = "native calls are not possible: " + e.getMessage();
                }
            }
            return new Binding(substitute(4), substitute(6), reason);
        }

        private static String platformReason() {
            var os = System.getProperty("os.name", "?");
            if (!os.equals("Linux")) {
                return "this is " + os + ", not Linux";
            }
            return Abi.KNOWN ? "" : "the system call numbers are not known for " + Abi.ARCH;
        }

        @SuppressWarnings("restricted") // this package is the one place with native access
        private static MethodHandle downcall(int arguments) {
            var linker = Linker.nativeLinker();
            var layouts = new MemoryLayout[1 + arguments];
            Arrays.fill(layouts, JAVA_LONG);
            var capture = Linker.Option.captureCallState("errno");
            var errno = PathElement.groupElement("errno");
            if (Linker.Option.captureStateLayout().byteOffset(errno) != Scratch.ERRNO) {
                throw new IllegalStateException("unexpected layout of the captured errno");
            }
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(JAVA_LONG, layouts),
                    capture,
                    Linker.Option.firstVariadicArg(1));
        }

        private static MethodHandle substitute(int arguments) {
            var type = MethodType.methodType(long.class, MemorySegment.class);
            try {
                var lookup = MethodHandles.lookup();
                var target = lookup.findStatic(Native.class, "notImplemented", type);
                var ignored = new Class<?>[1 + arguments];
                Arrays.fill(ignored, long.class);
                return MethodHandles.dropArguments(target, 1, ignored);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
    }
}
