package sluice.server.root;

import org.jspecify.annotations.Nullable;

import sluice.io.OpenFile;
import sluice.server.ObjectHead;

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
     * @param object what a store says of it; null for a file of this machine
     */
    record Found(OpenFile file, FileStat stat, @Nullable ObjectHead object) implements Opened {
        /** A file of this machine. */
        public Found(OpenFile file, FileStat stat) {
            this(file, stat, null);
        }
    }

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
     * The store has not told whether there is such an object.
     *
     * @param late whether it did not answer in time
     */
    record Unreachable(boolean late) implements Opened {}

    /**
     * A system call failed; the path itself may be valid.
     *
     * @param error {@code -errno}
     */
    record Failed(long error) implements Opened {}
}
