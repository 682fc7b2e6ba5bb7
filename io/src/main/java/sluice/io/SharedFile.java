package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;
import sluice.linux.PathBytes;
import sluice.linux.Statx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One version of a file, open for sending, that closes when its last use ends. {@link #open} starts
 * the first use. {@link SendQueue#add(FileSource, long, long)} takes over a use and ends it when
 * the region was sent or dropped. Any thread.
 *
 * {@snippet :
 * SharedFile file = SharedFile.open(path, loop); // may wait for a disk: not on a loop's thread
 * queue.add(file, 0, file.size());               // the queue ends the use
 * }
 */
public final class SharedFile implements FileSource {
    /**
     * O_NONBLOCK: a FIFO without a writer would block the thread for ever. O_NOCTTY: a terminal
     * must not become our controlling terminal. Neither affects a regular file.
     */
    private static final int READ =
            FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY;

    private static final ThreadLocal<Block> STATX =
            ThreadLocal.withInitial(() -> new Block(Arena.ofAuto(), Statx.SIZE));

    /** Attributes that a write to the file would change. */
    private sealed interface Version {
        Change change(OpenFile file);
    }

    private final OpenFile file;
    private final long size;
    private final Version version;
    private final Samples samples;
    private final AtomicInteger uses = new AtomicInteger(1);

    private SharedFile(OpenFile file, long size, Version version) {
        this.file = file;
        this.size = size;
        this.version = version;
        samples = new Samples(size);
        samples.opened(file);
    }

    /**
     * Opens a regular file for the connections of a loop. Follows symbolic links: a caller that
     * gets names from peers must confine them itself. Opens a descriptor if system calls work here;
     * any loop can send from it. Otherwise opens a java.nio channel, for the loops that run here.
     * May block on a disk.
     *
     * @throws NoSuchFileException if the file does not exist, or is not a regular file
     * @throws FileSystemException if it cannot be opened, with the reason
     */
    public static SharedFile open(Path path, EventLoop loop) throws IOException {
        return open(path, loop.model().lowestFile());
    }

    /** The same for a program of few files, before it has a loop. */
    public static SharedFile open(Path path) throws IOException {
        return open(path, 0);
    }

    private static SharedFile open(Path path, int lowest) throws IOException {
        return Linux.available() ? byDescriptor(path, lowest) : byChannel(path);
    }

    /**
     * Opens a file of a folder by the name that a peer sent, on a worker, and calls {@code found}
     * on the loop: with null if there is no such regular file, or {@code name} is not the name of
     * an entry of the folder ("..", one with a separator). Loop thread only.
     */
    public static void openIn(
            Path folder, String name, EventLoop loop, Consumer<@Nullable SharedFile> found) {
        AtomicReference<@Nullable SharedFile> opened = new AtomicReference<>();
        loop.offload(
                () -> opened.set(openIn(folder, name, loop)), () -> found.accept(opened.get()));
    }

    private static @Nullable SharedFile openIn(Path folder, String name, EventLoop loop) {
        try {
            Path path = folder.resolve(name);
            boolean entry = path.equals(path.normalize()) && folder.equals(path.getParent());
            return entry ? open(path, loop) : null;
        } catch (IOException | InvalidPathException noSuchFile) {
            return null;
        }
    }

    static SharedFile byDescriptor(Path path, int lowest) throws IOException {
        int low;
        try (Arena arena = Arena.ofConfined()) {
            byte[] name = PathBytes.of(path.toAbsolutePath());
            MemorySegment terminated = arena.allocate(name.length + 1L);
            terminated.copyFrom(MemorySegment.ofArray(name));
            low = FileCalls.openat(FileCalls.AT_FDCWD, terminated.address(), READ, 0);
        }
        if (low == -Errno.ENOENT || low == -Errno.ENOTDIR) {
            throw new NoSuchFileException(path.toString());
        }
        if (low < 0) {
            throw new FileSystemException(path.toString(), null, Errno.describe(low));
        }
        int descriptor = FileCalls.lift(low, lowest);
        MemorySegment statx = STATX.get().segment();
        int error = FileCalls.statx(descriptor, Statx.STATX_BASIC_STATS, statx.address());
        if (error == 0 && Statx.isRegularFile(statx)) {
            long size = Statx.size(statx);
            OpenFile file = new LinuxFile(descriptor, Kernel.LINUX);
            return new SharedFile(file, size, OfDescriptor.read(statx));
        }
        FileCalls.close(descriptor);
        throw error == 0
                ? new NoSuchFileException(path.toString(), null, "not a regular file")
                : new FileSystemException(path.toString(), null, Errno.describe(error));
    }

    /** Without system calls: what java.nio reports about the open file and its name. */
    static SharedFile byChannel(Path path) throws IOException {
        BasicFileAttributes seen = Files.readAttributes(path, BasicFileAttributes.class);
        if (!seen.isRegularFile()) {
            throw new NoSuchFileException(path.toString(), null, "not a regular file");
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        ChannelFile file = new ChannelFile(channel, path);
        OfChannel version = OfChannel.read(seen);
        if (version.change(file) != Change.NONE) {
            file.close();
            throw new FileSystemException(path.toString(), null, "replaced while it was opened");
        }
        return new SharedFile(file, seen.size(), version);
    }

    private record OfDescriptor(
            long size, long mtimeSeconds, int mtimeNanos, long ctimeSeconds, int ctimeNanos)
            implements Version {
        static OfDescriptor read(MemorySegment statx) {
            return new OfDescriptor(
                    Statx.size(statx),
                    Statx.mtimeSeconds(statx),
                    Statx.mtimeNanos(statx),
                    Statx.ctimeSeconds(statx),
                    Statx.ctimeNanos(statx));
        }

        /** A descriptor that cannot be asked has lost its file. */
        @Override
        public Change change(OpenFile file) {
            MemorySegment statx = STATX.get().segment();
            int mask = Statx.STATX_BASIC_STATS;
            if (FileCalls.statx(file.descriptor(), mask, statx.address()) != 0) {
                return Change.SHRUNK;
            }
            boolean sameMtime = mtimeSeconds == Statx.mtimeSeconds(statx)
                    && mtimeNanos == Statx.mtimeNanos(statx);
            boolean sameCtime = ctimeSeconds == Statx.ctimeSeconds(statx)
                    && ctimeNanos == Statx.ctimeNanos(statx);
            return Change.of(size, Statx.size(statx), sameMtime, sameCtime);
        }
    }

    /** java.nio reads times by name, and another file may have that name by now. */
    private record OfChannel(
            long size, FileTime written, @Nullable Object key) implements Version {
        static OfChannel read(BasicFileAttributes seen) {
            return new OfChannel(seen.size(), seen.lastModifiedTime(), seen.fileKey());
        }

        @Override
        public Change change(OpenFile file) {
            return Change.of(size, file.size(), isWrittenThen(file), true);
        }

        private boolean isWrittenThen(OpenFile file) {
            try {
                Path path = ((ChannelFile) file).path();
                Path name = Objects.requireNonNull(path, "opened by name");
                BasicFileAttributes now = Files.readAttributes(name, BasicFileAttributes.class);
                boolean another = key != null && !key.equals(now.fileKey());
                return another || written.equals(now.lastModifiedTime());
            } catch (NoSuchFileException e) {
                return true; // The name is gone, and nobody can ask for the times any more.
            } catch (IOException e) {
                return false;
            }
        }
    }

    /** The size of this version in bytes. */
    public long size() {
        return size;
    }

    @Override
    public OpenFile file() {
        return file;
    }

    @Override
    public boolean unchanged() {
        Change change = version.change(file);
        return change == Change.NONE || samples.hold(file, change, () -> version.change(file));
    }

    @Override
    public void sent(long from, long to) {
        samples.sent(file, from, to);
    }

    @Override
    public boolean retain() {
        return uses.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    @Override
    public void release() {
        if (uses.decrementAndGet() == 0) {
            file.close();
        }
    }
}
