package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Reads struct statx(2), {@value #SIZE} bytes aligned to 8, as {@link FileCalls#statx} fills it. A
 * field is valid only if its bit was in the requested mask and is in {@link #mask}.
 */
public final class Statx {
    public static final int SIZE = 256;

    public static final int STATX_TYPE = 0x1;
    public static final int STATX_MODE = 0x2;
    public static final int STATX_NLINK = 0x4;
    public static final int STATX_MTIME = 0x40;
    public static final int STATX_CTIME = 0x80;
    public static final int STATX_INO = 0x100;
    public static final int STATX_SIZE = 0x200;
    public static final int STATX_BLOCKS = 0x400;
    public static final int STATX_BASIC_STATS = 0x7ff;
    public static final int STATX_MNT_ID = 0x1000;

    static final int MASK = 0;
    static final int NLINK = 16;
    static final int MODE = 28;
    static final int GID = 24;
    static final int INO = 32;
    static final int SIZE_OFFSET = 40;
    static final int BLOCKS = 48;
    static final int CTIME = 96;
    static final int MTIME = 112;
    static final int DEV_MAJOR = 136;
    static final int DEV_MINOR = 140;
    static final int MNT_ID = 144;
    static final int NANOS = 8;

    private Statx() {}

    /** The fields that the kernel filled in. */
    public static int mask(MemorySegment statx) {
        return statx.get(JAVA_INT, MASK);
    }

    /** File type and permission bits; see the S_IF constants. */
    public static int mode(MemorySegment statx) {
        return Short.toUnsignedInt(statx.get(JAVA_SHORT, MODE));
    }

    public static boolean isRegularFile(MemorySegment statx) {
        return (mode(statx) & FileCalls.S_IFMT) == FileCalls.S_IFREG;
    }

    public static boolean isDirectory(MemorySegment statx) {
        return (mode(statx) & FileCalls.S_IFMT) == FileCalls.S_IFDIR;
    }

    /** Size in bytes. */
    public static long size(MemorySegment statx) {
        return statx.get(JAVA_LONG, SIZE_OFFSET);
    }

    /** Allocated space, in units of 512 bytes. */
    public static long blocks(MemorySegment statx) {
        return statx.get(JAVA_LONG, BLOCKS);
    }

    public static long ino(MemorySegment statx) {
        return statx.get(JAVA_LONG, INO);
    }

    /** The file system's device: major number in the upper half, minor in the lower. */
    public static long dev(MemorySegment statx) {
        long major = statx.get(JAVA_INT, DEV_MAJOR);
        return major << 32 | Integer.toUnsignedLong(statx.get(JAVA_INT, DEV_MINOR));
    }

    /** The mount that the path led to, if {@link #STATX_MNT_ID} is in the mask (Linux 5.8). */
    public static long mount(MemorySegment statx) {
        return statx.get(JAVA_LONG, MNT_ID);
    }

    public static int gid(MemorySegment statx) {
        return statx.get(JAVA_INT, GID);
    }

    public static int nlink(MemorySegment statx) {
        return statx.get(JAVA_INT, NLINK);
    }

    /** Last change of the content: seconds since 1970. */
    public static long mtimeSeconds(MemorySegment statx) {
        return statx.get(JAVA_LONG, MTIME);
    }

    /** Nanoseconds within {@link #mtimeSeconds}. */
    public static int mtimeNanos(MemorySegment statx) {
        return statx.get(JAVA_INT, MTIME + NANOS);
    }

    /** Last change of the content or the inode; programs cannot set it. */
    public static long ctimeSeconds(MemorySegment statx) {
        return statx.get(JAVA_LONG, CTIME);
    }

    /** Nanoseconds within {@link #ctimeSeconds}. */
    public static int ctimeNanos(MemorySegment statx) {
        return statx.get(JAVA_INT, CTIME + NANOS);
    }
}
