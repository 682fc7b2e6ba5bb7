package sluice.server.root;

import sluice.io.Change;
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
     * Whether both describe one version of one file: nobody wrote to it, and nobody changed its
     * mode, owner or name. ctime counts because a writer can set mtime back (utimensat(2)), but not
     * ctime.
     */
    public boolean sameVersion(FileStat other) {
        return inode == other.inode && device == other.device && change(other) == Change.NONE;
    }

    /** What happened to the bytes of this version, if {@code now} describes the same file. */
    public Change change(FileStat now) {
        return change(now.size, now.mtimeSeconds, now.mtimeNanos, now.ctimeSeconds, now.ctimeNanos);
    }

    /**
     * As {@link #change(FileStat)}, for a struct statx of the same descriptor; allocates nothing.
     * An open descriptor keeps its file, but overlayfs may give the file another inode and device
     * when it copies the file up.
     */
    Change change(MemorySegment statx) {
        return change(
                Statx.size(statx),
                Statx.mtimeSeconds(statx),
                Statx.mtimeNanos(statx),
                Statx.ctimeSeconds(statx),
                Statx.ctimeNanos(statx));
    }

    private Change change(
            long sizeNow, long mtimeNow, int mtimeNanosNow, long ctimeNow, int ctimeNanosNow) {
        boolean sameMtime = mtimeSeconds == mtimeNow && mtimeNanos == mtimeNanosNow;
        boolean sameCtime = ctimeSeconds == ctimeNow && ctimeNanos == ctimeNanosNow;
        return Change.of(size, sizeNow, sameMtime, sameCtime);
    }
}
