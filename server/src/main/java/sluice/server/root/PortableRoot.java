package sluice.server.root;

import sluice.io.Change;
import sluice.io.ChannelFile;
import sluice.io.OpenFile;
import sluice.linux.Errno;
import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Walks a path name by name with java.nio, for systems other than Linux.
 *
 * <p>A first walk resolves links to a path without links. A second walk ({@link LinkFreePath})
 * opens that path and refuses links, so that a link put there in between does no harm.
 *
 * <p>This root promises less than {@link LinuxRoot}:
 *
 * <ul>
 *   <li>If java.nio cannot open beneath an open directory (Windows), it opens the whole path, and
 *       checks afterwards whether the path contains a link.
 *   <li>It reads size and times by name, before and after the open. They are those of the open
 *       file, unless somebody swapped the file twice in between.
 *   <li>A FIFO that replaces a regular file between check and open blocks the thread.
 *   <li>{@link Versions} see the open file's size, but its times only as long as the
 *       file keeps the name it was opened by.
 *   <li>This process must be able to read each directory on the path: to enter it is not enough.
 *   <li>java.nio does not tell whether a name is cached: {@code cachedOnly} always gives Cold.
 *   <li>When the root's name leads to another directory, it is the directory that a walk ended in
 *       that counts; there is no one moment in which all walks change over.
 *   <li>It knows only the errors "no such file", "no permission" and, for all others, EIO.
 * </ul>
 */
public final class PortableRoot implements DocumentRoot {
    private final Path name;
    private final SymlinkPolicy policy;
    /** The directory that the name led to last. This object holds one use of it. */
    private volatile PortableTree tree;

    private PortableRoot(Path name, SymlinkPolicy policy) throws IOException {
        this.name = name;
        this.policy = policy;
        tree = PortableTree.open(name, policy);
    }

    /** Opens an existing directory. */
    static PortableRoot open(Path directory, SymlinkPolicy policy) throws IOException {
        return new PortableRoot(directory.toAbsolutePath(), policy);
    }

    @Override
    public Opened open(byte[] path, int from, int to, boolean cachedOnly) {
        if (!DocumentRoot.isPlain(path, from, to)) {
            return Opened.NOT_FOUND;
        }
        if (cachedOnly) {
            return Opened.COLD;
        }
        PortableTree now = current();
        try {
            return now.open(path, from, to);
        } finally {
            now.release();
        }
    }

    @Override
    public DirectoryEntries list(
            OpenFile directory,
            byte[] path,
            int from,
            int to,
            boolean dotfiles,
            BooleanSupplier more) {
        PortableTree now = current();
        try {
            return now.list(directory, path, from, to, dotfiles, more);
        } finally {
            now.release();
        }
    }

    /** The directory of now, retained. */
    private PortableTree current() {
        PortableTree now = tree;
        while (!now.retain()) {
            now = tree;
        }
        return now;
    }

    @Override
    public String name() {
        return name.toString();
    }

    @Override
    public synchronized int follow(boolean cachedOnly) {
        if (cachedOnly) {
            return -Errno.EAGAIN;
        }
        try {
            PortableTree found = PortableTree.open(name, policy);
            PortableTree before = tree;
            if (found.isSame(before)) {
                found.release();
                return SAME;
            }
            tree = found;
            before.release();
            return MOVED;
        } catch (IOException e) {
            return (int) PortableTree.error(e);
        }
    }

    /** See {@link Versions}. */
    static Change change(ChannelFile file, FileStat stat) {
        return PortableTree.change(file, stat);
    }

    @Override
    public void close() {
        tree.release();
    }
}
