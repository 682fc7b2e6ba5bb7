package sluice.server.root;

import org.jspecify.annotations.Nullable;

import sluice.io.Change;
import sluice.io.ChannelFile;
import sluice.io.OpenFile;
import sluice.linux.Errno;
import sluice.linux.PathBytes;
import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A directory that {@link PortableRoot} serves: paths below it, walked with java.nio. */
final class PortableTree {
    /** Most links in a path, as in the kernel (path_resolution(7)). */
    private static final int MAX_LINKS = 40;

    /** Tries to open a path that somebody renames or writes at the same time. */
    private static final int TRIES = 8;

    private final Path root;
    private final SymlinkPolicy policy;
    private final LinkFreePath beneath;
    /** What tells the directory from a later one of its name; null if the system does not. */
    private final @Nullable Object key;

    private final AtomicInteger uses = new AtomicInteger(1);

    private PortableTree(Path root, SymlinkPolicy policy) throws IOException {
        this.root = root;
        this.policy = policy;
        key = Files.readAttributes(root, BasicFileAttributes.class).fileKey();
        this.beneath = LinkFreePath.beneath(root);
    }

    /** Opens an existing directory. */
    static PortableTree open(Path directory, SymlinkPolicy policy) throws IOException {
        return new PortableTree(directory.toRealPath(), policy);
    }

    /** As {@link DocumentRoot#open}, of a path that {@link DocumentRoot#isPlain is plain}. */
    Opened open(byte[] path, int from, int to) {
        try {
            var names = split(path, from, to);
            boolean asDirectory = to > from && path[to - 1] == '/';
            for (int i = 0; i < TRIES; i++) {
                var opened = tryOpen(names, asDirectory);
                if (opened != null) {
                    return opened;
                }
            }
            return new Opened.Failed(-Errno.EIO);
        } catch (IOException e) {
            return DocumentRoot.refused(error(e));
        } catch (IllegalArgumentException e) {
            return Opened.NOT_FOUND; // no file on this system can have such a name
        }
    }

    private static Deque<Path> split(byte[] path, int from, int to) {
        Deque<Path> names = new ArrayDeque<>();
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i > start && (i == to || path[i] == '/')) {
                names.add(PathBytes.name(Arrays.copyOfRange(path, start, i)));
                start = i + 1;
            }
        }
        return names;
    }

    /** Null if the path changed during the open. */
    private @Nullable Opened tryOpen(Deque<Path> names, boolean asDirectory) throws IOException {
        var path = follow(names);
        var stat = PathStat.read(path);
        if (stat.kind() == FileKind.DIRECTORY) {
            return new Opened.Found(new ChannelFile(null, path), stat);
        }
        if (stat.kind() == FileKind.OTHER || asDirectory) {
            return Opened.NOT_FOUND;
        }
        try {
            var file = policy == SymlinkPolicy.ALL
                    ? LinkFreePath.open(path, path)
                    : beneath.open(path);
            if (isVersion(file, path, stat)) {
                return new Opened.Found(new ChannelFile(file, path), stat);
            }
            file.close();
            return null;
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw e;
        } catch (FileSystemException e) {
            return null; // perhaps a link where there was none: look again
        }
    }

    private static boolean isVersion(FileChannel file, Path path, FileStat stat) {
        try {
            return file.size() == stat.size() && PathStat.read(path).equals(stat);
        } catch (IOException e) {
            return false;
        }
    }

    /** The first walk: a path that, a moment ago, was allowed and had no link in it. */
    private Path follow(Deque<Path> wanted) throws IOException {
        if (policy == SymlinkPolicy.ALL) {
            var path = root;
            for (var name : wanted) {
                path = path.resolve(name);
            }
            return notFoundUnlessDenied(path, Path::toRealPath);
        }
        var names = new ArrayDeque<>(wanted);
        var path = root;
        int links = 0;
        while (!names.isEmpty()) {
            var name = names.removeFirst();
            if (name.toString().equals("..")) {
                path = parent(path);
                continue;
            }
            var next = path.resolve(name);
            var attributes = notFoundUnlessDenied(next, PathStat::attributes);
            if (attributes.isSymbolicLink()) {
                links++;
                var target = Files.readSymbolicLink(next);
                if (policy == SymlinkPolicy.NONE || target.isAbsolute() || links > MAX_LINKS) {
                    throw new NoSuchFileException(next.toString());
                }
                pushInFront(target, names);
            } else if (names.isEmpty() || attributes.isDirectory()) {
                path = next;
            } else {
                throw new NoSuchFileException(next.toString());
            }
        }
        return path;
    }

    private Path parent(Path path) throws NoSuchFileException {
        var parent = path.getParent();
        if (parent == null || path.equals(root)) {
            throw new NoSuchFileException(path.toString());
        }
        return parent;
    }

    private static void pushInFront(Path target, Deque<Path> names) {
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            var name = target.getName(i);
            if (!name.toString().equals(".")) {
                names.addFirst(name);
            }
        }
    }

    private interface Question<T> {
        T ask(Path path) throws IOException;
    }

    /** A check of a name opens nothing, so its errors concern the name: too long, or a loop. */
    private static <T> T notFoundUnlessDenied(Path path, Question<T> question) throws IOException {
        try {
            return question.ask(path);
        } catch (AccessDeniedException e) {
            throw e;
        } catch (FileSystemException e) {
            throw new NoSuchFileException(path.toString(), null, e.getReason());
        }
    }

    /** As {@link DocumentRoot#list}. */
    DirectoryEntries list(
            OpenFile directory,
            byte[] path,
            int from,
            int to,
            boolean dotfiles,
            BooleanSupplier more) {
        var real = Objects.requireNonNull(((ChannelFile) directory).path());
        try (var stream =
                policy == SymlinkPolicy.ALL ? Files.newDirectoryStream(real) : beneath.list(real)) {
            return read(stream, real, dotfiles, more);
        } catch (DirectoryIteratorException e) {
            return new DirectoryEntries(List.of(), false, -Errno.EIO);
        } catch (IOException e) {
            return new DirectoryEntries(List.of(), false, error(e));
        }
    }

    private DirectoryEntries read(
            DirectoryStream<Path> stream, Path directory, boolean dotfiles, BooleanSupplier more) {
        List<DirectoryEntry> entries = new ArrayList<>();
        for (var path : stream) {
            var name = path.getFileName();
            String text = name.toString();
            if (text.startsWith(".") && (!dotfiles || UploadName.isReserved(text))) {
                continue;
            }
            var entry = entry(directory, name);
            if (entry != null) {
                if (entries.size() == DirectoryEntries.LIMIT) {
                    return new DirectoryEntries(entries, true, 0);
                }
                if (!more.getAsBoolean()) {
                    break;
                }
                entries.add(entry);
            }
        }
        return new DirectoryEntries(entries, false, 0);
    }

    /** The entry of a name; null if no request can open it, or somebody has removed it since. */
    private @Nullable DirectoryEntry entry(Path directory, Path name) {
        try {
            var path = directory.resolve(name);
            if (PathStat.attributes(path).isSymbolicLink()) {
                path = policy == SymlinkPolicy.ALL ? path.toRealPath() : followFrom(path);
            }
            var stat = PathStat.read(path);
            byte[] bytes = PathBytes.ofName(name);
            return stat.kind() == FileKind.OTHER
                    ? null
                    : new DirectoryEntry(bytes, stat.kind(), stat.size(), stat.mtimeSeconds());
        } catch (IOException e) {
            return null;
        }
    }

    private Path followFrom(Path link) throws IOException {
        Deque<Path> names = new ArrayDeque<>();
        root.relativize(link).forEach(names::add);
        return follow(names);
    }

    /** See {@link Versions}. */
    static Change change(ChannelFile file, FileStat stat) {
        try {
            long size = file.channel().size();
            var path = file.path();
            var now = path == null ? stat : PathStat.read(path);
            // If the name leads to another file now, nobody can read this file's times any more.
            return now.inode() != stat.inode() || size != now.size()
                    ? Change.of(stat.size(), size, true, true)
                    : stat.change(now);
        } catch (NoSuchFileException e) {
            // The name is gone, and with it the times.
            return Change.of(stat.size(), file.size(), true, true);
        } catch (IOException e) {
            return Change.SHRUNK;
        }
    }

    static long error(IOException e) {
        return switch (e) {
            case NoSuchFileException gone -> -Errno.ENOENT;
            case AccessDeniedException denied -> -Errno.EACCES;
            default -> -Errno.EIO;
        };
    }

    /** Lets another user in; false if the last one has closed the directory. */
    boolean retain() {
        return uses.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    /** Closes the directory with its last use. */
    void release() {
        if (uses.decrementAndGet() == 0) {
            beneath.close();
        }
    }

    /** Whether both are one directory. */
    boolean isSame(PortableTree other) {
        return root.equals(other.root) && Objects.equals(key, other.key);
    }
}
