package sluice.client;

import sluice.http.DigestAlgorithm;
import sluice.io.FileSink;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;
import sluice.linux.PathBytes;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** A file of a tree while it is received: hidden, beside the target, which gets its name last. */
final class TreePart implements AutoCloseable {
    /** Longer names are hashed: with prefix and suffix they could exceed NAME_MAX, 255 octets. */
    private static final int NAME_MAX = 200;
    /** Least file that is synced before it gets its name: many small ones would take minutes. */
    private static final long SYNCED_MIN = 1 << 20;

    private final Path target;
    private final Path path;
    private final long wanted;
    private final long mtime;
    private final int descriptor;
    private final FileChannel channel;
    private final FileSink sink;
    private long size;

    private TreePart(
            Path target, Path path, long wanted, long mtime, int descriptor, FileChannel channel) {
        this.target = target;
        this.path = path;
        this.wanted = wanted;
        this.mtime = mtime;
        this.descriptor = descriptor;
        this.channel = channel;
        sink = new FileSink(Kernel.LINUX, descriptor, channel);
    }

    /**
     * Opens the part of a target, or creates it.
     *
     * @param trusted whether what it has belongs to the wanted version
     */
    static TreePart open(Path target, long wanted, long mtime, boolean trusted) throws IOException {
        byte[] name = PathBytes.ofName(target);
        Path known = name.length > NAME_MAX
                ? target.resolveSibling(
                        HexFormat.of().formatHex(DigestAlgorithm.SHA_256.begin().digest(name)))
                : target;
        Path path = PathBytes.sibling(".", known, ".sluice-part");
        int descriptor = -1;
        if (Linux.available()) {
            int flags = FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_CLOEXEC;
            descriptor = FileCalls.open(path, flags | FileCalls.O_NOFOLLOW, 0666);
            if (descriptor < 0) {
                throw new IOException("cannot write " + path + ": " + Errno.describe(descriptor));
            }
        }
        Path open = descriptor < 0 ? path : Path.of("/proc/self/fd/" + descriptor);
        FileChannel channel = descriptor < 0
                ? FileChannel.open(
                        open,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS)
                : FileChannel.open(open, StandardOpenOption.WRITE);
        TreePart part = new TreePart(target, path, wanted, mtime, descriptor, channel);
        part.size = trusted ? Math.min(channel.size(), wanted) : 0;
        channel.truncate(part.size);
        return part;
    }

    FileSink sink() {
        return sink;
    }

    /** Octets received so far. */
    long size() {
        return size;
    }

    void write(MemorySegment bytes, int from, int to) throws IOException {
        ByteBuffer buffer = bytes.asSlice(from, (long) to - from).asByteBuffer();
        try {
            while (buffer.hasRemaining()) {
                size += channel.write(buffer, size);
            }
        } catch (IOException e) {
            throw new IOException("cannot write " + path + ": " + e.getMessage(), e);
        }
    }

    long writeCollected() throws IOException {
        long wrote = sink.write(size);
        if (wrote < 0) {
            throw new IOException("cannot write " + path + ": " + Errno.describe(wrote));
        }
        size += wrote;
        return wrote;
    }

    /** Gives the target its name. */
    void commit() throws IOException {
        if (size != wanted) {
            throw new IOException(
                    "received %,d of %,d bytes of %s".formatted(size, wanted, target));
        }
        if (wanted >= SYNCED_MIN) {
            channel.force(true);
        }
        close();
        Files.setLastModifiedTime(path, FileTime.from(mtime, TimeUnit.SECONDS));
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
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
