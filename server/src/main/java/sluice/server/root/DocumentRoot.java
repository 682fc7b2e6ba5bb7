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
import java.util.function.BooleanSupplier;

/**
 * A directory below which the path of a request can open files, and never a file outside.
 *
 * <p>The root stays the directory that had the name at {@link #open}, until {@link #follow} finds
 * that the name leads to another directory. Any number of threads may call at the same time; call
 * {@link #close} only when no thread uses the root.
 */
public interface DocumentRoot extends AutoCloseable {
    /** Result of {@link #follow}: the name leads where it led before. */
    int SAME = 0;

    /** Result of {@link #follow}: the name led elsewhere, and the root is that directory now. */
    int MOVED = 1;

    /**
     * Opens a directory: as {@link LinuxRoot} if system calls work here, else as {@link
     * PortableRoot}.
     *
     * @throws IOException if the directory does not exist, or this process may not enter it
     */
    static DocumentRoot open(Path directory, SymlinkPolicy policy) throws IOException {
        return open(directory, policy, 0);
    }

    /**
     * Like {@link #open(Path, SymlinkPolicy)}, with descriptors numbered {@code lowest} or higher
     * if the system grants such ({@link sluice.io.Model#lowestFile}).
     */
    static DocumentRoot open(Path directory, SymlinkPolicy policy, int lowest) throws IOException {
        if (!Files.exists(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        return Linux.available()
                ? LinuxRoot.open(directory, policy, lowest)
                : PortableRoot.open(directory, policy);
    }

    /**
     * Opens the file or directory at [from, to) of {@code path}: percent-decoded bytes without a
     * leading slash, "" for the root itself. A trailing slash asks for a directory only. A path
     * with an empty segment, "." or ".." is not found, so that each file has only one path. Nor is
     * a file of /proc, /sys and the like, whose size is not what a read returns.
     *
     * @param cachedOnly whether to return {@link Opened.Cold} rather than wait for a disk or a
     *     network
     */
    Opened open(byte[] path, int from, int to, boolean cachedOnly);

    /** Opens the path in the first {@code length} bytes. */
    default Opened open(byte[] path, int length, boolean cachedOnly) {
        return open(path, 0, length, cachedOnly);
    }

    /**
     * Reads a directory that {@link #open} found at the path [from, to). It skips names that no
     * request can open: devices, FIFOs, sockets, dangling links, and links that the policy refuses.
     * This blocks. Several threads may read one open directory at the same time.
     *
     * @param dotfiles whether to include names that start with a dot
     * @param more asked before each entry is kept; its false ends the reading
     */
    DirectoryEntries list(
            OpenFile directory,
            byte[] path,
            int from,
            int to,
            boolean dotfiles,
            BooleanSupplier more);

    /** The name of the root, as an absolute path. */
    String name();

    /**
     * Looks where the name leads now. If that is another directory, paths are opened below it from
     * now on; a call in progress ends below one of the two. If the name leads nowhere the root
     * stays what it was, and the caller decides whether to use it.
     *
     * @param cachedOnly whether to return {@code -EAGAIN} rather than wait for a disk or a network
     * @return {@link #SAME}, {@link #MOVED}, or {@code -errno} of a name that leads to no directory
     */
    int follow(boolean cachedOnly);

    @Override
    void close();

    /** Maps the error of a system call to what the client may know. */
    static Opened refused(long error) {
        return switch ((int) -error) {
            // EINVAL, EILSEQ: the file system (vfat, casefold) cannot have such a name.
            // ENXIO, ENODEV: the name is a socket, or a device without a driver.
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

    /** Whether a path is canonical, that is, the only path that its file can have. */
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
