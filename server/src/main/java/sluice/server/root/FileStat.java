package sluice.server.root;

import sluice.linux.FileCalls;
import sluice.linux.Statx;

import java.lang.foreign.MemorySegment;

/**
 * What the file system says about a file at one moment, and so which version of it that was.
 *
 * @param size bytes
 * @param mtimeSeconds last change of the content, seconds since 1970
 * @param mtimeNanos nanoseconds within that second
 * @param ctimeSeconds last change of the content or the inode; 0 where the system keeps none
 * @param ctimeNanos nanoseconds within that second
 * @param inode the file's number on its device; 0 where there are none
 * @param device the device's number; 0 where there are none
 * @param links names the file has; 0 when it was removed but is still open
 */
public record FileStat(
        long size,
        long mtimeSeconds,
        int mtimeNanos,
        long ctimeSeconds,
        int ctimeNanos,
        long inode,
        long device,
        int links,
        FileKind kind) {

    /** Reads a filled struct statx. */
    public static FileStat of(MemorySegment statx) {
        return new FileStat(
                Statx.size(statx),
                Statx.mtimeSeconds(statx),
                Statx.mtimeNanos(statx),
                Statx.ctimeSeconds(statx),
                Statx.ctimeNanos(statx),
                Statx.ino(statx),
                Statx.dev(statx),
                Statx.nlink(statx),
                kind(Statx.mode(statx)));
    }

    static FileKind kind(int mode) {
        return switch (mode & FileCalls.S_IFMT) {
            case FileCalls.S_IFREG -> FileKind.REGULAR;
            case FileCalls.S_IFDIR -> FileKind.DIRECTORY;
            default -> FileKind.OTHER;
        };
    }

    /**
     * Whether both are of one file and its bytes have not been written to in between: inode, size
     * and mtime are equal, and so is ctime, unless the number of links differs.
     *
     * <p>The exception is for atomic replacement: rename(2) over a file takes a link from the old
     * inode and so sets its ctime, but not its bytes. A download that began before goes on. ctime
     * counts at all because mtime can be set back (utimensat(2)) after a write, ctime cannot. The
     * price: whoever changes a file's mode, owner or own name while it is being sent makes it look
     * changed.
     */
    public boolean sameVersion(FileStat other) {
        return inode == other.inode
                && device == other.device
                && size == other.size
                && mtimeSeconds == other.mtimeSeconds
                && mtimeNanos == other.mtimeNanos
                && (links != other.links
                        || ctimeSeconds == other.ctimeSeconds && ctimeNanos == other.ctimeNanos);
    }

    /**
     * The same, against a struct statx of the very descriptor that this was read from; allocates
     * nothing. Inode and device are left out: an open descriptor keeps its file, yet overlayfs may
     * number it anew when it copies it up.
     */
    boolean sameVersion(MemorySegment statx) {
        return size == Statx.size(statx)
                && mtimeSeconds == Statx.mtimeSeconds(statx)
                && mtimeNanos == Statx.mtimeNanos(statx)
                && (links != Statx.nlink(statx)
                        || ctimeSeconds == Statx.ctimeSeconds(statx)
                                && ctimeNanos == Statx.ctimeNanos(statx));
    }
}
