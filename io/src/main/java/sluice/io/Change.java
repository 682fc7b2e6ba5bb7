package sluice.io;

/**
 * What the attributes of an open file tell about the bytes of a version that was promised. Linux
 * changes mtime and ctime at a write, and ctime alone at chmod, chown, rename, link and utimensat;
 * but utimensat can set mtime back after a write. It gives programs no counter of changes: statx(2)
 * never returns STATX_CHANGE_COOKIE to them.
 */
public enum Change {
    /** Nobody touched the file. */
    NONE,
    /**
     * The file grew, or only its ctime moved: the promised bytes are the same unless somebody
     * rewrote them as well, or set mtime back. {@link Samples} decide.
     */
    POSSIBLE,
    /**
     * mtime moved and the size did not: a write in place. For a moment an append looks the same,
     * because the kernel sets the times of a file before it sets its size.
     */
    WRITTEN,
    /** The file lost bytes. */
    SHRUNK;

    /** Compares a promised version with the attributes of the file now. */
    public static Change of(long promised, long size, boolean sameMtime, boolean sameCtime) {
        if (size != promised) {
            return size < promised ? SHRUNK : POSSIBLE;
        }
        return !sameMtime ? WRITTEN : sameCtime ? NONE : POSSIBLE;
    }
}
