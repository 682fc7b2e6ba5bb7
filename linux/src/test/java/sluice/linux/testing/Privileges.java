package sluice.linux.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Takes from this thread what lets root read and write every file, so that tests of permissions
 * prove the same whoever runs them. capset(2) concerns the calling thread alone, and what it takes
 * from the effective set only can be had back.
 */
public final class Privileges {
    /** CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (linux/capability.h). */
    private static final int OF_FILES = 1 << 1 | 1 << 2;
    /** _LINUX_CAPABILITY_VERSION_3, for 64 bits in two structures of three sets. */
    private static final int VERSION = 0x20080522;

    private static final int SETS = 6;

    private static final MethodHandle GET = call("capget");
    private static final MethodHandle SET = call("capset");

    private Privileges() {}

    /** What a test does. */
    public interface Action {
        void run() throws Exception;
    }

    @SuppressWarnings("restricted") // The two calls are all that it makes possible.
    private static MethodHandle call(String name) {
        return Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow(name),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    }

    /** Runs an action on this thread under the permissions of files, as any user is. */
    public static void runWithout(Action action) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sets = arena.allocate(JAVA_INT, SETS);
            call(GET, arena, sets);
            int effective = sets.get(JAVA_INT, 0);
            sets.set(JAVA_INT, 0, effective & ~OF_FILES);
            assumeTrue(call(SET, arena, sets) == 0, "capset(2) is not allowed here");
            try {
                action.run();
            } finally {
                sets.set(JAVA_INT, 0, effective);
                call(SET, arena, sets);
            }
        }
    }

    private static int call(MethodHandle handle, Arena arena, MemorySegment sets) {
        try {
            MemorySegment header = arena.allocateFrom(JAVA_INT, VERSION, 0);
            return (int) handle.invokeExact(header, sets);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
