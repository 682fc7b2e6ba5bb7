package sluice.server.root;

import sluice.linux.FileCalls;
import sluice.linux.Statx;

import java.lang.foreign.MemorySegment;

/**
 * The metadata of a file at one moment, which identifies the version of its content.
 *
 * @param size in bytes
 * @param mtimeSeconds last change of the content, seconds since 1970
 * @param mtimeNanos nanoseconds within that second
 * @param ctimeSeconds last change of the content or the inode; 0 where the system keeps none
 * @param ctimeNanos nanoseconds within that second
 * @param inode the file's number on its device; 0 if the system has none
 * @param device the device's number; 0 if the system has none
 * @param links number of the file's names; 0 if the file was removed but is still open
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
     * Whether both describe one file, and nobody wrote to its bytes in between: inode, size and
     * mtime are equal, and so is ctime, unless the number of links differs.
     *
     * <p>The exception allows atomic replacement: rename(2) over a file takes a link from the old
     * inode and so sets its ctime, but does not change its bytes. A download that began before can
     * continue. ctime counts because a writer can set mtime back (utimensat(2)), but not ctime. The
     * price: a file looks changed if somebody changes its mode, owner or own name during a send.
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
     * Like {@link #sameVersion(FileStat)}, for a struct statx of the same descriptor; allocates
     * nothing. It ignores inode and device: an open descriptor keeps its file, but overlayfs may
     * give the file new numbers when it copies the file up.
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
