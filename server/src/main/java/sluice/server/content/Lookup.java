package sluice.server.content;

/** Result of looking up a path: a file to send, or the reason why there is none. */
public sealed interface Lookup permits FileEntry, Lookup.Missing {
    /** Whether certainly no file has this name; a directory may. */
    default boolean isNoFile() {
        return this == Missing.NOT_FOUND || this == Missing.DIRECTORY;
    }

    /** Why there is no file. */
    enum Missing implements Lookup {
        /** No such file, or one whose existence the server must not reveal. */
        NOT_FOUND,
        /** The file system refuses the access. */
        FORBIDDEN,
        /** A directory. */
        DIRECTORY,
        /** The look-up would have to wait; a thread that may block must repeat it. */
        COLD,
        /** The name exists, but a limit leaves no room to answer now. */
        BUSY,
        /** A directory has more in it than one archive may have. */
        TOO_MANY,
        /** The store cannot be reached, or its answer makes no sense. */
        UNREACHABLE,
        /** The store has not answered in time. */
        LATE,
        /** The name of the root leads to no directory at the moment. */
        NO_ROOT,
        /** The file system failed, or the process has no descriptor left. */
        FAILED
    }
}
