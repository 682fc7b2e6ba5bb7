package sluice.server.root;

import static sluice.linux.FileCalls.AT_FDCWD;
import static sluice.linux.FileCalls.AT_SYMLINK_NOFOLLOW;
import static sluice.linux.FileCalls.O_CLOEXEC;
import static sluice.linux.FileCalls.O_DIRECTORY;
import static sluice.linux.FileCalls.O_NOCTTY;
import static sluice.linux.FileCalls.O_NONBLOCK;
import static sluice.linux.FileCalls.O_PATH;
import static sluice.linux.FileCalls.O_RDONLY;
import static sluice.linux.FileCalls.RESOLVE_BENEATH;
import static sluice.linux.FileCalls.RESOLVE_CACHED;
import static sluice.linux.FileCalls.RESOLVE_NO_MAGICLINKS;
import static sluice.linux.FileCalls.RESOLVE_NO_SYMLINKS;

import org.jspecify.annotations.Nullable;

import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.linux.Dirent;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.PathBytes;
import sluice.linux.Statx;
import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the kernel keep paths inside the root: one openat2(2) with RESOLVE_BENEATH resolves a path,
 * opens it, and refuses a path that leaves the root. Nobody can swap a file between check and open,
 * because both are one walk. Names are bytes in any encoding.
 */
public final class LinuxRoot implements DocumentRoot {
    /**
     * O_NONBLOCK: a FIFO without a writer would block the thread for ever. O_NOCTTY: a terminal
     * must not become this process's controlling terminal. Neither changes the open of a regular
     * file, with one exception: while a process holds a lease on the file (fcntl(2) F_SETLEASE),
     * O_NONBLOCK makes the open fail with EAGAIN.
     */
    private static final int READ = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

    private static final int READ_DIRECTORY = O_RDONLY | O_CLOEXEC | O_DIRECTORY;

    /**
     * Tries if the kernel returns EAGAIN because somebody renamed a file while the kernel followed
     * "..". Under constant renames 3.6 % of the tries failed, so all {@value} fail once in 10^11.
     */
    private static final int TRIES = 8;

    private final int root;
    private final int resolve;
    private final int lowest;
    private final boolean knowsCached;

    private LinuxRoot(int root, int resolve, int lowest) {
        this.root = root;
        this.resolve = resolve;
        this.lowest = lowest;
        // A kernel before 5.12 does not know the flag and returns EINVAL (openat2(2)).
        this.knowsCached = probe(root, resolve | RESOLVE_CACHED) != -Errno.EINVAL;
    }

    /** Whether openat2(2) works: the kernel may be too old, or a seccomp filter may forbid it. */
    public static boolean works() {
        return probe(AT_FDCWD, RESOLVE_BENEATH) >= 0;
    }

    /** Opens an existing directory. */
    static LinuxRoot open(Path directory, SymlinkPolicy policy, int lowest) throws IOException {
        int resolve = RESOLVE_NO_MAGICLINKS
                | switch (policy) {
                    case INSIDE -> RESOLVE_BENEATH;
                    case NONE -> RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
                    case ALL -> 0;
                };
        byte[] name = PathBytes.of(directory.toAbsolutePath());
        if (name.length >= PathScratch.PATH_MAX) {
            throw new FileSystemException(directory.toString(), null, "the name is too long");
        }
        var scratch = PathScratch.current();
        scratch.path(name, 0, name.length);
        int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
        int root = FileCalls.openat(AT_FDCWD, scratch.pathAddress, flags, 0);
        if (root < 0) {
            throw new FileSystemException(directory.toString(), null, Errno.describe(root));
        }
        return new LinuxRoot(FileCalls.lift(root, lowest), resolve, lowest);
    }

    private static int probe(int directory, int resolve) {
        var scratch = PathScratch.current();
        scratch.path(new byte[0], 0, 0);
        int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
        int fd = FileCalls.openat2(directory, scratch.pathAddress, flags, 0, resolve);
        return fd < 0 ? fd : FileCalls.close(fd);
    }

    @Override
    public Opened open(byte[] path, int from, int to, boolean cachedOnly) {
        if (!DocumentRoot.isPlain(path, from, to)) {
            return Opened.NOT_FOUND;
        }
        if (cachedOnly && !knowsCached) {
            return Opened.COLD;
        }
        var scratch = PathScratch.current();
        scratch.path(path, from, to);
        long how = cachedOnly ? resolve | RESOLVE_CACHED : resolve;
        int fd = tryOpen(scratch, READ, how);
        if (fd == -Errno.EACCES) {
            // A directory that this process may enter but not read has no listing. It may still
            // have an index.
            int directory = tryOpen(scratch, O_PATH | O_DIRECTORY | O_CLOEXEC, how);
            fd = directory < 0 ? fd : directory;
        }
        return cachedOnly && fd == -Errno.EAGAIN ? Opened.COLD : found(fd, scratch);
    }

    /**
     * Opens a directory to change its files, by the path [0, to), with or without a trailing slash.
     * Blocks.
     *
     * @return a descriptor, or {@code -errno}
     */
    public int openDirectory(byte[] path, int to) {
        if (to >= PathScratch.PATH_MAX) {
            return -Errno.ENAMETOOLONG;
        }
        var scratch = PathScratch.current();
        scratch.path(path, 0, to);
        int low = tryOpen(scratch, READ_DIRECTORY, resolve);
        return low < 0 ? low : FileCalls.lift(low, lowest);
    }

    private int tryOpen(PathScratch scratch, int flags, long how) {
        int tries = (how & RESOLVE_CACHED) == 0 ? TRIES : 1;
        int fd = -Errno.EAGAIN;
        for (int i = 0; i < tries && (fd == -Errno.EAGAIN || fd == -Errno.EINTR); i++) {
            fd = FileCalls.openat2(root, scratch.pathAddress, flags, 0, how);
        }
        return fd;
    }

    private Opened found(int low, PathScratch scratch) {
        if (low < 0) {
            return DocumentRoot.refused(low);
        }
        int fd = FileCalls.lift(low, lowest);
        int error = FileCalls.statx(fd, Statx.STATX_BASIC_STATS, scratch.statxAddress);
        int kind = Statx.mode(scratch.statx) & FileCalls.S_IFMT;
        if (error == 0 && (kind == FileCalls.S_IFREG || kind == FileCalls.S_IFDIR)) {
            return new Opened.Found(new LinuxFile(fd, Kernel.LINUX), FileStat.of(scratch.statx));
        }
        FileCalls.close(fd);
        return error == 0 ? Opened.NOT_FOUND : new Opened.Failed(error);
    }

    @Override
    public DirectoryEntries list(
            OpenFile directory, byte[] path, int from, int to, boolean dotfiles) {
        // A new open file description, because all readers of the caller's share one position.
        var scratch = PathScratch.current();
        scratch.path(path, from, from);
        int fd = FileCalls.openat(directory.descriptor(), scratch.pathAddress, READ_DIRECTORY, 0);
        if (fd < 0) {
            return new DirectoryEntries(List.of(), false, fd);
        }
        try {
            return read(fd, new LinkPath(path, from, to), dotfiles);
        } finally {
            FileCalls.close(fd);
        }
    }

    private DirectoryEntries read(int fd, LinkPath link, boolean dotfiles) {
        List<DirectoryEntry> entries = new ArrayList<>();
        long error = DirectoryNames.read(fd, (name, type) -> {
            var entry = isWanted(name, type, dotfiles) ? entry(fd, name, link) : null;
            if (entry != null) {
                entries.add(entry);
            }
            return entries.size() <= DirectoryEntries.LIMIT;
        });
        boolean cut = entries.size() > DirectoryEntries.LIMIT;
        return new DirectoryEntries(
                cut ? entries.subList(0, DirectoryEntries.LIMIT) : entries, cut, error);
    }

    private static boolean isWanted(byte[] name, int type, boolean dotfiles) {
        if (name[0] == '.' && (!dotfiles || UploadName.isReserved(name, 0, name.length))) {
            return false;
        }
        return switch (type) {
            case Dirent.DT_REG, Dirent.DT_DIR, Dirent.DT_LNK, Dirent.DT_UNKNOWN -> true;
            default -> false;
        };
    }

    /** The entry of a name; null if no request can open it, or somebody has removed it since. */
    private @Nullable DirectoryEntry entry(int directory, byte[] name, LinkPath link) {
        var scratch = PathScratch.current();
        scratch.path(name, 0, name.length);
        int error = FileCalls.statx(
                directory,
                scratch.pathAddress,
                AT_SYMLINK_NOFOLLOW,
                Statx.STATX_BASIC_STATS,
                scratch.statxAddress);
        if (error < 0) {
            return null;
        }
        boolean isLink = (Statx.mode(scratch.statx) & FileCalls.S_IFMT) == FileCalls.S_IFLNK;
        if (isLink && !follow(scratch, name, link)) {
            return null;
        }
        var kind = FileStat.kind(Statx.mode(scratch.statx));
        return kind == FileKind.OTHER
                ? null
                : new DirectoryEntry(
                        name, kind, Statx.size(scratch.statx), Statx.mtimeSeconds(scratch.statx));
    }

    /** Resolves a link from the root, exactly as a request for the link would. */
    private boolean follow(PathScratch scratch, byte[] name, LinkPath link) {
        if (!link.to(name, scratch)) {
            return false;
        }
        int fd = tryOpen(scratch, O_PATH | O_CLOEXEC, resolve);
        if (fd < 0) {
            return false;
        }
        int error = FileCalls.statx(fd, Statx.STATX_BASIC_STATS, scratch.statxAddress);
        FileCalls.close(fd);
        return error == 0;
    }

    @Override
    public void close() {
        FileCalls.close(root);
    }

    /** A directory's path with a trailing slash, and room for a name. */
    private static final class LinkPath {
        private final byte[] path = new byte[PathScratch.PATH_MAX];
        private final int length;

        LinkPath(byte[] directory, int from, int to) {
            int size = to - from;
            System.arraycopy(directory, from, path, 0, size);
            boolean needsSlash = size > 0 && path[size - 1] != '/';
            if (needsSlash) {
                path[size] = '/';
            }
            length = needsSlash ? size + 1 : size;
        }

        boolean to(byte[] name, PathScratch scratch) {
            int end = length + name.length;
            if (end >= path.length) {
                return false;
            }
            System.arraycopy(name, 0, path, length, name.length);
            scratch.path(path, 0, end);
            return true;
        }
    }
}
