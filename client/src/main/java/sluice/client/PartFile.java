package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.DigestAlgorithm;
import sluice.io.FileSink;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;
import sluice.linux.PathBytes;
import sluice.linux.WriteCalls;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * A partial download: a hidden file beside the target, locked on Linux. A state file beside it has
 * what is needed to resume. The target's name gets the complete file; until then it keeps what it
 * had.
 */
final class PartFile implements Destination, AutoCloseable {
    /** Longer names are hashed: with prefix and suffix they could exceed NAME_MAX, 255 octets. */
    private static final int NAME_MAX = 200;

    private static final int READ_SIZE = 1 << 20;

    private final Path target;
    private final Path path;
    private final Path statePath;
    private final int descriptor;
    private final FileChannel channel;
    private final FileSink sink;
    private @Nullable PartState state;
    private long size;
    /** The response that is being received: its first octet, and the end that it promised. */
    private long from;

    private long promised = Long.MAX_VALUE;
    /** Octets of another version that this run had moved before. */
    private long splicedBefore;

    private PartFile(Path target, Path path, int descriptor, FileChannel channel)
            throws IOException {
        this.target = target;
        this.path = path;
        this.descriptor = descriptor;
        this.channel = channel;
        sink = new FileSink(Kernel.LINUX, descriptor, channel);
        statePath = PathBytes.sibling("", path, ".state");
        state = PartState.load(statePath);
        size = state == null || !state.canGoOn() ? 0 : state.trusted(channel.size());
    }

    /** Opens the part file of this target, or creates it. */
    static PartFile open(Path wanted) throws IOException {
        if (Files.exists(wanted) && !Files.isRegularFile(wanted)) {
            throw new IOException(wanted + " exists and is not a regular file");
        }
        Path target = Files.exists(wanted) ? wanted.toRealPath() : wanted.toAbsolutePath();
        Path path = hidden(target);
        int descriptor = -1;
        if (Linux.available()) {
            descriptor = openLocked(path);
        }
        FileChannel channel = FileChannel.open(
                descriptor < 0 ? path : Path.of("/proc/self/fd/" + descriptor),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        return new PartFile(target, path, descriptor, channel);
    }

    private static Path hidden(Path target) {
        byte[] name = PathBytes.ofName(target);
        Path known = name.length > NAME_MAX
                ? target.resolveSibling(
                        HexFormat.of().formatHex(DigestAlgorithm.SHA_256.begin().digest(name)))
                : target;
        return PathBytes.sibling(".", known, ".sluice-part");
    }

    private static int openLocked(Path path) throws IOException {
        boolean there = Files.exists(path);
        int flags = FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_CLOEXEC;
        int descriptor = FileCalls.open(path, flags | FileCalls.O_NOFOLLOW, 0666);
        if (descriptor < 0) {
            throw new IOException("cannot write " + path + ": " + Errno.describe(descriptor));
        }
        int locked = WriteCalls.flock(descriptor, WriteCalls.LOCK_EX | WriteCalls.LOCK_NB);
        // EAGAIN (EWOULDBLOCK): another process has the lock. Network file systems may have no
        // locks.
        if (locked < 0 && locked != -Errno.EAGAIN) {
            FileCalls.close(descriptor);
            if (!there) {
                Files.deleteIfExists(path);
            }
            throw new IOException("cannot lock " + path + ": " + Errno.describe(locked));
        }
        // The process that held the lock may just have renamed the file to its final name.
        boolean ours = locked >= 0
                && Files.exists(path)
                && Files.isSameFile(path, Path.of("/proc/self/fd/" + descriptor));
        if (!ours) {
            FileCalls.close(descriptor);
            throw new IOException("another download is writing " + path);
        }
        return descriptor;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public @Nullable PartState state() {
        return size == 0 ? null : state;
    }

    @Override
    public String startingOver() {
        return "delete " + path;
    }

    /** Starts over: the received octets belong to another version. */
    @Override
    public void begin(PartState begun) throws IOException {
        // First: a crash must not leave octets of one version with the entity tag of another.
        PartState.delete(statePath);
        channel.truncate(0);
        size = 0;
        splicedBefore = sink.spliced();
        state = begun;
        expect(0, begun.length() < 0 ? Long.MAX_VALUE : begun.length());
        long room = Files.getFileStore(target.resolveSibling(".")).getUsableSpace();
        if (begun.length() > room) {
            throw new IOException(
                    "not enough disk space for %s: the file has %,d bytes, %,d are free"
                            .formatted(target, begun.length(), room));
        }
        begun.save(statePath);
    }

    @Override
    public void goOn(long offset, long end) throws IOException {
        channel.truncate(offset);
        size = offset;
        expect(offset, end);
    }

    private void expect(long begin, long end) {
        from = begin;
        promised = end;
    }

    /**
     * Refuses a response that is longer than it promised: nobody knows which of its octets are
     * those of the file, so the part keeps none of them.
     */
    private void refuseSurplus(long end) throws IOException {
        if (end > promised) {
            channel.truncate(from);
            size = from;
            throw new IOException("the server sent more bytes than the %,d that it had announced"
                    .formatted(promised - from));
        }
    }

    @Override
    public void write(MemorySegment bytes, int start, int to) throws IOException {
        refuseSurplus(size + to - start);
        ByteBuffer buffer = bytes.asSlice(start, to - start).asByteBuffer();
        try {
            while (buffer.hasRemaining()) {
                size += channel.write(buffer, size);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public FileSink file() {
        return sink;
    }

    /** May block on the disk: no other connection shares the client's loop. */
    @Override
    public long writeCollected() throws IOException {
        long wrote = sink.write(size);
        if (wrote < 0) {
            throw new IOException("cannot write " + path + ": " + Errno.describe(wrote));
        }
        size += wrote;
        refuseSurplus(size);
        return wrote;
    }

    /** Octets that this run moved from socket to file without copying them into user space. */
    long spliced() {
        return sink.spliced() - splicedBefore;
    }

    /** The SHA-256 of the received octets. */
    byte[] digest(LongConsumer progress) throws IOException {
        MessageDigest digest = ServerDigest.ALGORITHM.begin();
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_SIZE);
        long at = 0;
        while (at < size) {
            buffer.clear();
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new IOException("another process truncated " + path);
            }
            digest.update(buffer.flip());
            progress.accept(read);
            at += read;
        }
        return digest.digest();
    }

    /** Renames the part to its final name, durably. */
    void commit(@Nullable FileTime modified) throws IOException {
        PartState known = state;
        if (known != null && known.length() >= 0 && size != known.length()) {
            throw new IOException("received %,d of %,d bytes".formatted(size, known.length()));
        }
        channel.truncate(size);
        if (modified != null) {
            Files.setLastModifiedTime(path, modified);
        }
        sync(true);
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        if (Linux.available()) {
            try (FileChannel directory =
                    FileChannel.open(target.resolveSibling("."), StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
        PartState.delete(statePath);
    }

    /**
     * Syncs the part. After a failed sync it is unknown what is on the disk, and the next sync may
     * report success (fsync(2)): so this drops the part.
     */
    private void sync(boolean times) throws IOException {
        try {
            channel.force(times);
        } catch (IOException e) {
            drop();
            throw unwritable(e);
        }
    }

    private IOException unwritable(IOException why) {
        return new IOException("cannot write " + path + ": " + why.getMessage(), why);
    }

    /**
     * Keeps the part if a later run can resume it; else drops it.
     *
     * @throws IOException if the state could not be made durable. If {@link #size} is 0, nothing is
     *     kept. Otherwise the part is kept, and the next run trusts it until the machine restarts
     */
    void keep() throws IOException {
        PartState known = state();
        if (known == null || !known.canGoOn()) {
            drop();
            return;
        }
        sync(false);
        try {
            known.syncedTo(size).save(statePath);
        } catch (IOException e) {
            throw new IOException("cannot write " + e.getMessage(), e);
        }
    }

    /** Deletes the part and its state. */
    void drop() throws IOException {
        size = 0;
        PartState.delete(statePath);
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        sink.close();
        if (descriptor >= 0) {
            FileCalls.close(descriptor);
        }
    }
}
