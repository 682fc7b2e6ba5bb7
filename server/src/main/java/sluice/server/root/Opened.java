package sluice.server.root;

import sluice.io.OpenFile;

/** Result of opening a path below a document root. */
public sealed interface Opened {
    Opened NOT_FOUND = new NotFound();
    Opened FORBIDDEN = new Forbidden();
    Opened COLD = new Cold();

    /**
     * A regular file or a directory, open for reading; the caller closes it. This process may have
     * no permission to list the directory.
     *
     * @param stat of the open file itself, not of its name
     */
    record Found(OpenFile file, FileStat stat) implements Opened {}

    /**
     * Nothing that may be served: a missing name, a file used as a directory, a name that is too
     * long, a link that is refused, loops or dangles, a device, FIFO or socket. A client cannot
     * tell which.
     */
    record NotFound() implements Opened {}

    /** This process may not read the file. */
    record Forbidden() implements Opened {}

    /** The kernel would have to read a disk for this name; a thread that may block must retry. */
    record Cold() implements Opened {}

    /**
     * A system call failed; the path itself may be valid.
     *
     * @param error {@code -errno}
     */
    record Failed(long error) implements Opened {}
}
