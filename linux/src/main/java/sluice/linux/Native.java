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
 * All system calls go through here: syscall(2) of the C library, bound once.
 *
 * <p>One symbol instead of forty: every C library has it, calls newer than the C library work, and
 * a kernel that lacks a call returns {@code ENOSYS}. One signature instead of fourteen: binding
 * each costs 11 ms at start-up, and six arguments take no longer than four (both 172 ns for getpid,
 * 7 of them for errno). The downcall is not {@code critical}: a call may block, and must not delay
 * garbage collection.
 */
final class Native {
    /** Why no call is possible; empty if calls work. */
    static final String UNAVAILABLE;

    private static final int MAX_ARGUMENTS = 6;

    private static final MethodHandle SYSCALL;

    static {
        var binding = Binding.bind();
        SYSCALL = binding.syscall;
        UNAVAILABLE = binding.unavailable;
    }

    private Native() {}

    static long call(SystemCall call, long a) {
        return call(Scratch.current(), call, a, 0, 0, 0, 0, 0);
    }

    static long call(SystemCall call, long a, long b) {
        return call(Scratch.current(), call, a, b, 0, 0, 0, 0);
    }

    static long call(SystemCall call, long a, long b, long c) {
        return call(Scratch.current(), call, a, b, c, 0, 0, 0);
    }

    static long call(SystemCall call, long a, long b, long c, long d) {
        return call(Scratch.current(), call, a, b, c, d, 0, 0);
    }

    static long call(SystemCall call, long a, long b, long c, long d, long e, long f) {
        return call(Scratch.current(), call, a, b, c, d, e, f);
    }

    /** For a caller that already has the scratch of its thread. */
    static long call(Scratch scratch, SystemCall call, long a, long b, long c, long d) {
        return call(scratch, call, a, b, c, d, 0, 0);
    }

    static long call(
            Scratch scratch, SystemCall call, long a, long b, long c, long d, long e, long f) {
        scratch.count(call);
        var errno = scratch.memory;
        long result;
        try {
            result = (long) SYSCALL.invokeExact(errno, call.number, a, b, c, d, e, f);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        return result == -1 ? -errno.get(JAVA_INT, Scratch.ERRNO) : result;
    }

    /** Replaces syscall(2) where it cannot be bound. */
    @SuppressWarnings("unused") // called by the method handles below
    private static long notImplemented(MemorySegment errno) {
        errno.set(JAVA_INT, Scratch.ERRNO, Errno.ENOSYS);
        return -1;
    }

    private record Binding(MethodHandle syscall, String unavailable) {
        static Binding bind() {
            var reason = platformReason();
            if (reason.isEmpty()) {
                try {
                    return new Binding(downcall(), "");
                } catch (RuntimeException | LinkageError e) {
                    // IllegalCallerException when native access is denied to this module
                    reason = "native calls are not possible: " + e.getMessage();
                }
            }
            return new Binding(substitute(), reason);
        }

        private static String platformReason() {
            var os = System.getProperty("os.name", "?");
            if (!os.equals("Linux")) {
                return "this is " + os + ", not Linux";
            }
            return Abi.KNOWN ? "" : "Sluice does not know the system call numbers of " + Abi.ARCH;
        }

        @SuppressWarnings("restricted") // this package is the one place with native access
        private static MethodHandle downcall() {
            var linker = Linker.nativeLinker();
            var arguments = new MemoryLayout[1 + MAX_ARGUMENTS];
            Arrays.fill(arguments, JAVA_LONG);
            var errno = PathElement.groupElement("errno");
            if (Linker.Option.captureStateLayout().byteOffset(errno) != Scratch.ERRNO) {
                throw new IllegalStateException("unexpected layout of the captured errno");
            }
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(JAVA_LONG, arguments),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(1));
        }

        private static MethodHandle substitute() {
            var type = MethodType.methodType(long.class, MemorySegment.class);
            var ignored = new Class<?>[1 + MAX_ARGUMENTS];
            Arrays.fill(ignored, long.class);
            try {
                var lookup = MethodHandles.lookup();
                var target = lookup.findStatic(Native.class, "notImplemented", type);
                return MethodHandles.dropArguments(target, 1, ignored);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
    }
}
