package sluice.server;

/** What the entity tag of a file is made of (RFC 9110 section 8.8.3). */
public enum EntityTags {
    /**
     * Size, and a hash of mtime, ctime and inode: all that moves when a program writes to the file.
     * Two machines with copies of a file give different tags.
     */
    STAT,
    /**
     * Size and mtime, which copies by rsync -t share: then a client can go on with a download at
     * another machine. An mtime before 1990 is a mark that builds leave; there the tag is that of
     * {@link #STAT}. A program that rewrites a file and sets back its mtime, and leaves its size,
     * leaves its tag.
     */
    MTIME_SIZE,
    /**
     * SHA-256 of the content. Each version of a file is read whole before its first response, which
     * a worker does: for sites of small files.
     */
    CONTENT
}
