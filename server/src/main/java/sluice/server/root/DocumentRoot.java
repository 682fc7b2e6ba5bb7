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
 * A directory below which the path of a request can open files, and never a file outside.
 *
 * <p>The root stays the directory that had the name at {@link #open}. It does not notice if
 * somebody later switches a link of that name to another directory. Any number of threads may call
 * at the same time; call {@link #close} only when no thread uses the root.
 */
public sealed interface DocumentRoot extends AutoCloseable permits LinuxRoot, PortableRoot {
    /**
     * Opens a directory: with openat2(2) if the kernel has it, else as {@link PortableRoot}.
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
        return Linux.available() && LinuxRoot.works()
                ? LinuxRoot.open(directory, policy, lowest)
                : PortableRoot.open(directory, policy);
    }

    /**
     * Opens the file or directory at [from, to) of {@code path}: percent-decoded bytes without a
     * leading slash, "" for the root itself. A trailing slash asks for a directory only. A path
     * with an empty segment, "." or ".." is not found, so that each file has only one path.
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
     */
    DirectoryEntries list(OpenFile directory, byte[] path, int from, int to, boolean dotfiles);

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
