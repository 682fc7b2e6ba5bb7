package sluice.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The user that a process works as. The kernel keeps it for each thread; the functions of the C
 * library, unlike system calls, change it for all threads of the process (nptl(7)).
 */
public final class Credentials {
    private static final Linker LINKER = Linker.nativeLinker();

    private Credentials() {}

    /** geteuid(2) of this thread. */
    public static int user() {
        return (int) Native.call(SystemCall.GETEUID, 0);
    }

    /**
     * Gives up all groups and the user for these, in every thread, for ever: real, effective and
     * saved ids (setgroups(2), setresgid(2), setresuid(2)).
     *
     * @return 0, or {@code -errno}: -EPERM for whom is not root
     */
    public static int become(int user, int group) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment groups = arena.allocateFrom(JAVA_INT, group);
            int result = call(
                    "setgroups", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS), 1L, groups);
            if (result == 0) {
                result = call("setresgid", IDS, group, group, group);
            }
            if (result == 0) {
                result = call("setresuid", IDS, user, user, user);
            }
            return result;
        }
    }

    private static final FunctionDescriptor IDS =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);

    @SuppressWarnings("restricted") // this package is the one place with native access
    private static int call(String name, FunctionDescriptor form, Object... arguments) {
        MethodHandle function = LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                form,
                Linker.Option.captureCallState("errno"));
        try (Arena arena = Arena.ofConfined()) {
            MemoryLayout state = Linker.Option.captureStateLayout();
            MemorySegment errno = arena.allocate(state);
            Object[] all = new Object[arguments.length + 1];
            all[0] = errno;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            int result = (int) function.invokeWithArguments(all);
            long at = state.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
            return result < 0 ? -errno.get(JAVA_INT, at) : 0;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
