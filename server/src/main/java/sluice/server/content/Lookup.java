package sluice.server.content;

/** What a path leads to: a file to send, or the reason why there is none. */
public sealed interface Lookup permits FileEntry, Lookup.Missing {
    /** Whether there is certainly no file of this name, but perhaps a directory. */
    default boolean isNoFile() {
        return this == Missing.NOT_FOUND || this == Missing.DIRECTORY;
    }

    /** Why there is no file. */
    enum Missing implements Lookup {
        /** No such file, or one that may not be told from none. */
        NOT_FOUND,
        /** The file system refuses. */
        FORBIDDEN,
        /** A directory. */
        DIRECTORY,
        /** It takes waiting to know: ask again where that stops nobody. */
        COLD,
        /** There is one, but no room to tell of it now. */
        BUSY,
        /** The file system failed, or descriptors ran out. */
        FAILED
    }
}
