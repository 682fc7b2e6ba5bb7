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
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Lets the kernel keep paths inside the root: one openat2(2) with RESOLVE_BENEATH resolves a path,
 * opens it, and refuses a path that leaves the root. Nobody can swap a file between check and open,
 * because both are one walk. Where openat2 is refused, {@link NameWalk} takes its place. Names are
 * bytes in any encoding.
 *
 * <p>The root keeps its descriptor for life: dup3(2) puts another directory behind the number in
 * one step, so no thread can meet a number that was closed or given to another file.
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

    private static final int ROOT = O_PATH | O_DIRECTORY | O_CLOEXEC;

    private static final AtomicBoolean TOLD = new AtomicBoolean();

    /** Absolute, so that a later change of the working directory does not matter. */
    private final byte[] rootName;

    private final int root;
    private final SymlinkPolicy policy;
    private final int resolve;
    private final int lowest;
    private final boolean walks;
    private final boolean knowsCached;
    /** Which directory the root is. Guarded by the lock of this object. */
    private long device;

    private long inode;

    private LinuxRoot(
            byte[] name, int root, SymlinkPolicy policy, int resolve, int lowest, boolean walks) {
        rootName = name;
        this.root = root;
        this.policy = policy;
        this.resolve = resolve;
        this.lowest = lowest;
        this.walks = walks;
        // A kernel before 5.12 does not know the flag and returns EINVAL (openat2(2)).
        knowsCached = !walks && probe(root, resolve | RESOLVE_CACHED) != -Errno.EINVAL;
        var scratch = PathScratch.current();
        FileCalls.statx(root, Statx.STATX_INO, scratch.statxAddress);
        device = Statx.dev(scratch.statx);
        inode = Statx.ino(scratch.statx);
    }

    /** The error of openat2(2) if this kernel is too old or a seccomp filter forbids it, else 0. */
    static int refusal() {
        return Math.min(0, probe(AT_FDCWD, RESOLVE_BENEATH));
    }

    /** Opens an existing directory. */
    static LinuxRoot open(Path directory, SymlinkPolicy policy, int lowest) throws IOException {
        int refusal = refusal();
        if (refusal < 0 && !TOLD.getAndSet(true)) {
            System.getLogger("sluice.server")
                    .log(
                            System.Logger.Level.WARNING,
                            "this system refuses openat2(2), " + Errno.describe(refusal)
                                    + ": paths are opened name by name, by openat(2)");
        }
        return open(directory, policy, lowest, refusal < 0);
    }

    /**
     * Opens an existing directory.
     *
     * @param walks whether to do without openat2(2)
     */
    static LinuxRoot open(Path directory, SymlinkPolicy policy, int lowest, boolean walks)
            throws IOException {
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
        int root = FileCalls.openat(AT_FDCWD, scratch.pathAddress, ROOT, 0);
        if (root < 0) {
            throw new FileSystemException(directory.toString(), null, Errno.describe(root));
        }
        int lifted = FileCalls.lift(root, lowest);
        return new LinuxRoot(name, lifted, policy, resolve, lowest, walks);
    }

    private static int probe(int directory, int resolve) {
        var scratch = PathScratch.current();
        scratch.path(new byte[0], 0, 0);
        int fd = FileCalls.openat2(directory, scratch.pathAddress, ROOT, 0, resolve);
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
        long how = cachedOnly ? resolve | RESOLVE_CACHED : resolve;
        int fd = tryOpen(path, from, to, READ, how);
        if (fd == -Errno.EACCES) {
            // A directory that this process may enter but not read has no listing. It may still
            // have an index.
            int directory = tryOpen(path, from, to, ROOT, how);
            fd = directory < 0 ? fd : directory;
        }
        return cachedOnly && fd == -Errno.EAGAIN ? Opened.COLD : found(fd);
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
        int low = tryOpen(path, 0, to, READ_DIRECTORY, resolve);
        return low < 0 ? low : lift(low);
    }

    /** Moves a descriptor above those that only sockets may have ({@link FileCalls#lift}). */
    public int lift(int descriptor) {
        return FileCalls.lift(descriptor, lowest);
    }

    private int tryOpen(byte[] path, int from, int to, int flags, long how) {
        if (walks) {
            return NameWalk.open(root, policy, path, from, to, flags);
        }
        var scratch = PathScratch.current();
        scratch.path(path, from, to);
        int tries = (how & RESOLVE_CACHED) == 0 ? TRIES : 1;
        int fd = -Errno.EAGAIN;
        for (int i = 0; i < tries && (fd == -Errno.EAGAIN || fd == -Errno.EINTR); i++) {
            fd = FileCalls.openat2(root, scratch.pathAddress, flags, 0, how);
        }
        return fd;
    }

    private Opened found(int low) {
        if (low < 0) {
            return DocumentRoot.refused(low);
        }
        var scratch = PathScratch.current();
        int fd = FileCalls.lift(low, lowest);
        int error = FileCalls.statx(fd, Statx.STATX_BASIC_STATS, scratch.statxAddress);
        int kind = Statx.mode(scratch.statx) & FileCalls.S_IFMT;
        boolean regular = kind == FileCalls.S_IFREG && !isPseudo(fd, scratch);
        if (error == 0 && (regular || kind == FileCalls.S_IFDIR)) {
            return new Opened.Found(new LinuxFile(fd, Kernel.LINUX), FileStat.of(scratch.statx));
        }
        FileCalls.close(fd);
        return error == 0 ? Opened.NOT_FOUND : new Opened.Failed(error);
    }

    /** Asks for the file system only if the file has no blocks, as none has on a pseudo one. */
    private static boolean isPseudo(int fd, PathScratch scratch) {
        return Statx.blocks(scratch.statx) == 0 && PseudoFiles.isAmong(fd);
    }

    @Override
    public String name() {
        return new String(rootName, StandardCharsets.UTF_8);
    }

    @Override
    public int follow(boolean cachedOnly) {
        if (cachedOnly && !knowsCached) {
            return -Errno.EAGAIN;
        }
        var scratch = PathScratch.current();
        scratch.path(rootName, 0, rootName.length);
        int fd = cachedOnly
                ? FileCalls.openat2(AT_FDCWD, scratch.pathAddress, ROOT, 0, RESOLVE_CACHED)
                : FileCalls.openat(AT_FDCWD, scratch.pathAddress, ROOT, 0);
        if (fd < 0) {
            return isShortage(fd) ? SAME : fd;
        }
        try {
            int error = FileCalls.statx(fd, Statx.STATX_INO, scratch.statxAddress);
            return error < 0 ? error : become(fd, scratch);
        } finally {
            FileCalls.close(fd);
        }
    }

    /** Whether an error says nothing about the name: then the root is believed once more. */
    private static boolean isShortage(int error) {
        return error == -Errno.EMFILE
                || error == -Errno.ENFILE
                || error == -Errno.ENOMEM
                || error == -Errno.EINTR;
    }

    private synchronized int become(int fd, PathScratch scratch) {
        long newDevice = Statx.dev(scratch.statx);
        long newInode = Statx.ino(scratch.statx);
        if (newDevice == device && newInode == inode) {
            return SAME;
        }
        int error = FileCalls.replace(root, fd);
        if (error < 0) {
            return error;
        }
        device = newDevice;
        inode = newInode;
        return MOVED;
    }

    @Override
    public DirectoryEntries list(
            OpenFile directory,
            byte[] path,
            int from,
            int to,
            boolean dotfiles,
            BooleanSupplier more) {
        // A new open file description, because all readers of the caller's share one position.
        var scratch = PathScratch.current();
        scratch.path(path, from, from);
        int fd = FileCalls.openat(directory.descriptor(), scratch.pathAddress, READ_DIRECTORY, 0);
        if (fd < 0) {
            return new DirectoryEntries(List.of(), false, fd);
        }
        try {
            return read(fd, new LinkPath(path, from, to), dotfiles, more);
        } finally {
            FileCalls.close(fd);
        }
    }

    private DirectoryEntries read(int fd, LinkPath link, boolean dotfiles, BooleanSupplier more) {
        List<DirectoryEntry> entries = new ArrayList<>();
        boolean pseudo = PseudoFiles.isAmong(fd);
        long error = DirectoryNames.read(fd, (name, type) -> {
            var entry = isWanted(name, type, dotfiles) ? entry(fd, name, link) : null;
            if (entry != null && !(pseudo && entry.kind() == FileKind.REGULAR)) {
                if (!more.getAsBoolean()) {
                    return false;
                }
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
        int length = link.to(name);
        if (length < 0) {
            return false;
        }
        int fd = tryOpen(link.path, 0, length, O_PATH | O_CLOEXEC, resolve);
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

        /** Adds a name: the length of the path, or -1 if it is too long. */
        int to(byte[] name) {
            int end = length + name.length;
            if (end >= path.length) {
                return -1;
            }
            System.arraycopy(name, 0, path, length, name.length);
            return end;
        }
    }
}
