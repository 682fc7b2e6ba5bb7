package sluice.server.root;

import sluice.linux.Statx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A thread's own native memory for one path and one struct statx, so that a look-up copies a path
 * once and a check allocates nothing. Each thread that ever looked up a path has 4.3 KB, counted
 * against {@code -XX:MaxDirectMemorySize}. The JVM frees them some time after the thread has ended.
 */
public final class PathScratch {
    /** PATH_MAX of limits.h: the kernel's limit for a path, including the NUL at its end. */
    static final int PATH_MAX = 4096;

    private static final ThreadLocal<PathScratch> CURRENT =
            ThreadLocal.withInitial(PathScratch::new);

    public final MemorySegment statx;
    public final long statxAddress;
    public final long pathAddress;
    private final MemorySegment path;

    private PathScratch() {
        var memory = Arena.ofAuto().allocate(Statx.SIZE + PATH_MAX, Long.BYTES);
        statx = memory.asSlice(0, Statx.SIZE);
        statxAddress = statx.address();
        path = memory.asSlice(Statx.SIZE, PATH_MAX);
        pathAddress = path.address();
    }

    public static PathScratch current() {
        return CURRENT.get();
    }

    /** Copies [from, to), at most PATH_MAX - 1, and a NUL to {@link #pathAddress}; "" as ".". */
    public void path(byte[] bytes, int from, int to) {
        path.set(ValueLayout.JAVA_BYTE, 0, (byte) '.');
        MemorySegment.copy(bytes, from, path, ValueLayout.JAVA_BYTE, 0, to - from);
        path.set(ValueLayout.JAVA_BYTE, Math.max(1, to - from), (byte) 0);
    }
}
