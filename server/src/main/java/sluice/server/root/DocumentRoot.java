package sluice.server.root;

import sluice.io.OpenFile;
import sluice.linux.Errno;
import sluice.linux.Linux;
import sluice.linux.PathBytes;
import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * A directory whose contents, and nothing outside, can be opened by the path of a request.
 *
 * <p>It is the directory that had this name when it was opened: a link of that name that is later
 * switched to another directory is not noticed. Any thread may call, several at a time; {@link
 * #close} only when none does any more.
 */
public sealed interface DocumentRoot extends AutoCloseable permits LinuxRoot, PortableRoot {
    /**
     * Opens a directory: by openat2(2) where the kernel has it, else by {@link PortableRoot}.
     *
     * @throws IOException if there is no such directory, or it may not be entered
     */
    static DocumentRoot open(Path directory, SymlinkPolicy policy) throws IOException {
        return open(directory, policy, 0);
    }

    /**
     * The same, with descriptors that are {@code lowest} at least, as far as the system grants them
     * ({@link sluice.io.Model#lowestFile}).
     */
    static DocumentRoot open(Path directory, SymlinkPolicy policy, int lowest) throws IOException {
        if (!Files.exists(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        return Linux.available() && LinuxRoot.works()
                ? LinuxRoot.open(directory, policy, lowest)
                : PortableRoot.open(directory, policy);
    }

    /**
     * Opens what [from, to) of {@code path} names: percent-decoded bytes without a slash in front,
     * "" for the root itself. A slash at the end means that only a directory will do. An empty
     * segment, "." and ".." in the path itself are not found, so that a file has one path only.
     *
     * @param cachedOnly never wait for a disk or a network: {@link Opened.Cold} instead
     */
    Opened open(byte[] path, int from, int to, boolean cachedOnly);

    /** The same for the first {@code length} bytes. */
    default Opened open(byte[] path, int length, boolean cachedOnly) {
        return open(path, 0, length, cachedOnly);
    }

    /**
     * Reads a directory that {@link #open} found under the path [from, to). Names that could not be
     * opened are left out: devices, FIFOs, sockets, links that dangle or that the policy refuses.
     * Blocks; may be called for one open directory by several threads at a time.
     *
     * @param dotfiles whether names that start with a dot are wanted
     */
    DirectoryEntries list(OpenFile directory, byte[] path, int from, int to, boolean dotfiles);

    @Override
    void close();

    /** What a system call's failure means for a client. */
    static Opened refused(long error) {
        return switch ((int) -error) {
            // EINVAL, EILSEQ: a file system that does not take such a name, as vfat and casefold.
            // ENXIO, ENODEV: a socket, or a device without a driver.
            case Errno.ENOENT,
                    Errno.ENOTDIR,
                    Errno.ENAMETOOLONG,
                    Errno.ELOOP,
                    Errno.EXDEV,
                    Errno.ENXIO,
                    Errno.ENODEV,
                    Errno.EINVAL,
                    Errno.EILSEQ -> Opened.NOT_FOUND;
            case Errno.EACCES, Errno.EPERM -> Opened.FORBIDDEN;
            default -> new Opened.Failed(error);
        };
    }

    /** Whether a path names a file in the one way that it can be named. */
    static boolean isPlain(byte[] path, int from, int to) {
        int segment = from;
        for (int i = from; i < to; i++) {
            if (path[i] == 0) {
                return false;
            }
            if (path[i] == '/') {
                if (i == segment || PathBytes.isDots(path, segment, i)) {
                    return false;
                }
                segment = i + 1;
            }
        }
        return to - from < PathScratch.PATH_MAX && !PathBytes.isDots(path, segment, to);
    }
}
