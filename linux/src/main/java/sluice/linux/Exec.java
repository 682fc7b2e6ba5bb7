package sluice.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** execve(2): this process becomes another program, with its id and its inherited descriptors. */
public final class Exec {
    private static final int SIGSET_SIZE = 8;

    private Exec() {}

    /**
     * Becomes the program. All other threads of the process end. What this thread may not, as by
     * {@link Landlock}, the program may not either. Signals that this thread blocks are let through
     * first: a program inherits the mask.
     *
     * @param arguments as octets, the first is the name of the program
     * @param environment each NAME=VALUE
     * @return only if that fails: {@code -errno}
     */
    public static int become(Path program, List<byte[]> arguments, List<byte[]> environment) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment none = arena.allocate(SIGSET_SIZE, Long.BYTES);
            none.set(JAVA_LONG, 0, 0);
            Native.call(
                    SystemCall.RT_SIGPROCMASK,
                    SignalCalls.SIG_SETMASK,
                    none.address(),
                    0,
                    SIGSET_SIZE);
            return (int) Native.call(
                    SystemCall.EXECVE,
                    text(PathBytes.of(program), arena).address(),
                    array(arguments, arena),
                    array(environment, arena));
        }
    }

    private static MemorySegment text(byte[] octets, Arena arena) {
        MemorySegment text = arena.allocate(octets.length + 1L);
        MemorySegment.copy(octets, 0, text, JAVA_BYTE, 0, octets.length);
        return text;
    }

    /** The address of an array of addresses, which ends with a null. */
    private static long array(List<byte[]> texts, Arena arena) {
        MemorySegment array = arena.allocate(ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ADDRESS, i, text(texts.get(i), arena));
        }
        return array.address();
    }
}
