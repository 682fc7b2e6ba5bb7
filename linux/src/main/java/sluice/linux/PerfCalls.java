package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * perf_event_open(2): counts the system calls of any process. While a counter is open, each system
 * call of the whole machine takes the kernel's slow way past the tracepoint.
 */
public final class PerfCalls {
    /** tracefs(5), and where it was before Linux 4.1. */
    private static final List<Path> TRACE_ROOTS =
            List.of(Path.of("/sys/kernel/tracing"), Path.of("/sys/kernel/debug/tracing"));

    private static final int PERF_TYPE_TRACEPOINT = 2;
    private static final long PERF_FLAG_FD_CLOEXEC = 8;
    /** Threads that the thread starts later are counted, too. */
    private static final long INHERIT = 1L << 1;
    /** But not processes that it starts; from Linux 5.13 on. */
    private static final long INHERIT_THREAD = 1L << 35;
    /** On whatever processor it runs. */
    private static final long ANY_CPU = -1;

    private static final long NO_GROUP = -1;

    /** The first published size of struct perf_event_attr: every kernel knows it. */
    private static final int ATTR_SIZE = 64;

    private static final int ATTR_SIZE_AT = 4;
    private static final int ATTR_CONFIG_AT = 8;
    private static final int ATTR_FLAGS_AT = 40;

    private PerfCalls() {}

    /**
     * The number of the tracepoint at which every system call enters the kernel.
     *
     * @throws IOException if tracefs is not mounted or not readable
     */
    public static long systemCallTracepoint() throws IOException {
        for (Path root : TRACE_ROOTS) {
            try {
                return Long.parseLong(
                        Files.readString(root.resolve("events/raw_syscalls/sys_enter/id"))
                                .strip());
            } catch (AccessDeniedException e) {
                throw new IOException("only root may read " + root, e);
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        Path usual = TRACE_ROOTS.getFirst();
        throw new IOException("tracefs is not mounted: mount -t tracefs tracefs " + usual);
    }

    /**
     * Starts to count how often a thread, and those that it starts from now on, pass a tracepoint:
     * a descriptor or {@code -errno}. Before Linux 5.13 processes that it starts are counted, too.
     */
    public static int count(long tracepoint, int thread) {
        int counter = count(tracepoint, thread, INHERIT | INHERIT_THREAD);
        return counter == -Errno.EINVAL ? count(tracepoint, thread, INHERIT) : counter;
    }

    private static int count(long tracepoint, int thread, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTR_SIZE, Long.BYTES);
            attr.set(JAVA_INT, 0, PERF_TYPE_TRACEPOINT);
            attr.set(JAVA_INT, ATTR_SIZE_AT, ATTR_SIZE);
            attr.set(JAVA_LONG, ATTR_CONFIG_AT, tracepoint);
            attr.set(JAVA_LONG, ATTR_FLAGS_AT, flags);
            return (int) Native.call(
                    SystemCall.PERF_EVENT_OPEN,
                    attr.address(),
                    thread,
                    ANY_CPU,
                    NO_GROUP,
                    PERF_FLAG_FD_CLOEXEC,
                    0);
        }
    }

    /** How often since {@link #count}, by threads that have ended, too; or {@code -errno}. */
    public static long read(int counter) {
        var scratch = Scratch.current();
        long count = scratch.at(Scratch.CELL);
        long result = Native.call(scratch, SystemCall.READ, counter, count, Long.BYTES, 0);
        return result < 0 ? result : scratch.memory.get(JAVA_LONG, Scratch.CELL);
    }
}
