package sluice.server.root;

import sluice.io.OpenFile;

/** What came of opening a path below a document root. */
public sealed interface Opened {
    Opened NOT_FOUND = new NotFound();
    Opened FORBIDDEN = new Forbidden();
    Opened COLD = new Cold();

    /**
     * A regular file or a directory, open for reading; the caller closes it. A directory may turn
     * out to be one that can be entered but not listed.
     *
     * @param stat of the open file itself, not of its name
     */
    record Found(OpenFile file, FileStat stat) implements Opened {}

    /**
     * Nothing that may be served: no such name, a file used as a directory, a name too long, a link
     * that is refused, loops or leads nowhere, a device, FIFO or socket. A client can't tell which.
     */
    record NotFound() implements Opened {}

    /** This process may not read it. */
    record Forbidden() implements Opened {}

    /** The kernel would have to read a disk for this name: ask again on a thread that may block. */
    record Cold() implements Opened {}

    /**
     * The system failed, the path may be fine.
     *
     * @param error {@code -errno}
     */
    record Failed(long error) implements Opened {}
}
