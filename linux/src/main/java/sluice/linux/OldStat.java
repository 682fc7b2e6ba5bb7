package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * newfstatat(2) in place of statx(2), which kernels before 4.11 and some sandboxes lack. One ENOSYS
 * teaches the process for good, because a kernel does not grow a call. EPERM teaches nothing: a JVM
 * does not start under a filter that answers statx so, since its own C library takes no other way.
 */
final class OldStat {
    /** struct stat of stat(2), which each architecture lays out in its own way. */
    static final int SIZE = Abi.ARM64 ? 128 : 144;

    static final int DEV = 0;
    static final int INO = 8;
    static final int NLINK = Abi.ARM64 ? 20 : 16;
    static final int MODE = Abi.ARM64 ? 16 : 24;
    static final int SIZE_OFFSET = 48;
    static final int BLOCKS = 64;
    static final int MTIME = 88;
    static final int CTIME = 104;

    private static final int MINOR_LOW = 0xff;
    private static final int MINOR_HIGH = 0xfff00;
    private static final int MAJOR = 0xfff;

    private static volatile boolean needed;

    private OldStat() {}

    /** Whether the kernel has refused statx(2). */
    static boolean isNeeded() {
        return needed;
    }

    /** Goes by newfstatat from this call on, and says so once. */
    static int fromNowOn(int dirfd, long path, int flags, long statx) {
        if (learn()) {
            System.getLogger("sluice.linux")
                    .log(
                            System.Logger.Level.WARNING,
                            "this kernel refuses statx(2): newfstatat(2) is called instead");
        }
        return stat(dirfd, path, flags, statx);
    }

    /** True for the first caller. */
    private static synchronized boolean learn() {
        boolean first = !needed;
        needed = true;
        return first;
    }

    /** Fills a struct statx by newfstatat(2); {@code statx} is the address of 256 bytes. */
    @SuppressWarnings("restricted") // the caller vouches for the size
    static int stat(int dirfd, long path, int flags, long statx) {
        int result = (int) Native.call(SystemCall.NEWFSTATAT, dirfd, path, statx, flags);
        if (result == 0) {
            convert(MemorySegment.ofAddress(statx).reinterpret(Statx.SIZE));
        }
        return result;
    }

    /** Converts in place: reads all fields of the struct stat before it writes the first. */
    static void convert(MemorySegment memory) {
        long device = memory.get(JAVA_LONG, DEV);
        long inode = memory.get(JAVA_LONG, INO);
        int links = memory.get(JAVA_INT, NLINK);
        int mode = memory.get(JAVA_INT, MODE);
        long size = memory.get(JAVA_LONG, SIZE_OFFSET);
        long blocks = memory.get(JAVA_LONG, BLOCKS);
        long mtime = memory.get(JAVA_LONG, MTIME);
        long mtimeNanos = memory.get(JAVA_LONG, MTIME + Long.BYTES);
        long ctime = memory.get(JAVA_LONG, CTIME);
        long ctimeNanos = memory.get(JAVA_LONG, CTIME + Long.BYTES);
        memory.fill((byte) 0);
        memory.set(JAVA_INT, Statx.MASK, Statx.STATX_BASIC_STATS);
        memory.set(JAVA_INT, Statx.NLINK, links);
        memory.set(JAVA_SHORT, Statx.MODE, (short) mode);
        memory.set(JAVA_LONG, Statx.INO, inode);
        memory.set(JAVA_LONG, Statx.SIZE_OFFSET, size);
        memory.set(JAVA_LONG, Statx.BLOCKS, blocks);
        memory.set(JAVA_LONG, Statx.MTIME, mtime);
        memory.set(JAVA_INT, Statx.MTIME + Statx.NANOS, (int) mtimeNanos);
        memory.set(JAVA_LONG, Statx.CTIME, ctime);
        memory.set(JAVA_INT, Statx.CTIME + Statx.NANOS, (int) ctimeNanos);
        // The kernel packs both numbers into 32 bits: new_encode_dev in linux/kdev_t.h.
        memory.set(JAVA_INT, Statx.DEV_MAJOR, (int) (device >>> 8) & MAJOR);
        int minor = (int) device & MINOR_LOW | (int) (device >>> 12) & MINOR_HIGH;
        memory.set(JAVA_INT, Statx.DEV_MINOR, minor);
    }
}
