package sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.http.DigestAlgorithm;
import sluice.io.Connection;
import sluice.io.Receiving;
import sluice.io.SocketToFile;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;
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
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * A file that is being received: hidden beside its target, locked on Linux, with what must be known
 * to go on in a file of its own. Under the target's name there is all of it or what was there
 * before.
 */
final class PartFile implements Sink, AutoCloseable {
    /** Longer names are cut, or none could be made of them: NAME_MAX is 255 octets. */
    private static final int NAME_MAX = 200;

    private static final int READ_SIZE = 1 << 20;

    private final Path target;
    private final Path path;
    private final Path statePath;
    private final int descriptor;
    private final FileChannel channel;
    private final SocketToFile intake = new SocketToFile(Kernel.LINUX);
    private @Nullable PartState state;
    private long size;
    private long spliced;

    private PartFile(Path target, Path path, int descriptor, FileChannel channel)
            throws IOException {
        this.target = target;
        this.path = path;
        this.descriptor = descriptor;
        this.channel = channel;
        statePath = path.resolveSibling(path.getFileName() + ".state");
        state = PartState.load(statePath);
        size = state == null || !state.canGoOn() ? 0 : state.trusted(channel.size());
    }

    /** Opens what there is already for this target, or begins. */
    static PartFile open(Path wanted) throws IOException {
        if (Files.exists(wanted) && !Files.isRegularFile(wanted)) {
            throw new IOException(wanted + " is there already, and is no file");
        }
        Path target = Files.exists(wanted) ? wanted.toRealPath() : wanted.toAbsolutePath();
        Path path = target.resolveSibling(hidden(target.getFileName().toString()));
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

    private static String hidden(String name) {
        boolean cut = name.getBytes(UTF_8).length > NAME_MAX;
        String known = cut ? HexFormat.of().formatHex(sha256().digest(name.getBytes(UTF_8))) : name;
        return "." + known + ".sluice-part";
    }

    private static int openLocked(Path path) throws IOException {
        boolean there = Files.exists(path);
        int flags = FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_CLOEXEC;
        int descriptor = FileCalls.open(path, flags | FileCalls.O_NOFOLLOW, 0666);
        if (descriptor < 0) {
            throw new IOException("cannot write " + path + ": " + Errno.describe(descriptor));
        }
        int locked = WriteCalls.flock(descriptor, WriteCalls.LOCK_EX | WriteCalls.LOCK_NB);
        // Another's lock is EWOULDBLOCK, which is EAGAIN; file systems of a network may have none.
        if (locked < 0 && locked != -Errno.EAGAIN) {
            FileCalls.close(descriptor);
            if (!there) {
                Files.deleteIfExists(path);
            }
            throw new IOException("cannot lock " + path + ": " + Errno.describe(locked));
        }
        // Who held the lock until now may have given the file its final name.
        boolean ours = locked >= 0
                && Files.exists(path)
                && Files.isSameFile(path, Path.of("/proc/self/fd/" + descriptor));
        if (!ours) {
            FileCalls.close(descriptor);
            throw new IOException("another transfer is writing " + path);
        }
        return descriptor;
    }

    /** Octets that are there. */
    long size() {
        return size;
    }

    /** What is there, if the rest of it can be asked for. */
    @Nullable
    PartState state() {
        return size == 0 ? null : state;
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** Begins anew: what was there is of another version. */
    void begin(PartState begun) throws IOException {
        // First: a crash must not leave the octets of one version with the name of another.
        PartState.delete(statePath);
        channel.truncate(0);
        size = 0;
        spliced = 0;
        state = begun;
        long room = Files.getFileStore(target.resolveSibling(".")).getUsableSpace();
        if (begun.length() > room) {
            throw new IOException("no room: the file has %,d octets, and %,d are free beside %s"
                    .formatted(begun.length(), room, target));
        }
        begun.save(statePath);
    }

    /** Goes on with the octet at {@link #size}, or at one before it. */
    void goOn(long offset) throws IOException {
        channel.truncate(offset);
        size = offset;
    }

    @Override
    public void write(MemorySegment bytes, int from, int to) throws IOException {
        ByteBuffer buffer = bytes.asSlice(from, to - from).asByteBuffer();
        try {
            while (buffer.hasRemaining()) {
                size += channel.write(buffer, size);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public boolean moves() {
        return intake.works();
    }

    /** Waits for the disk: a client has its loop to itself. */
    @Override
    public long move(Connection connection, long most) throws IOException {
        boolean byChannel = connection.loop().cell().receiving() == Receiving.TRANSFER_FROM;
        long moved = byChannel
                ? intake.transfer(connection, channel, size, most)
                : intake.collect(connection, most);
        long wrote = !byChannel && moved > 0 ? intake.write(descriptor, size) : moved;
        if (wrote < 0 && (byChannel || moved > 0)) {
            throw new IOException("cannot write " + path + ": " + Errno.describe(wrote));
        }
        spliced += intake.takeUnseen();
        size += Math.max(0, moved);
        return moved;
    }

    /** Octets of what is there that this run brought from socket to file unseen by user space. */
    long spliced() {
        return spliced;
    }

    /** The digest of all, in base64. */
    String digest(LongConsumer progress) throws IOException {
        MessageDigest digest = sha256();
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_SIZE);
        long at = 0;
        while (at < size) {
            buffer.clear();
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new IOException(path + " was cut by somebody");
            }
            digest.update(buffer.flip());
            progress.accept(read);
            at += read;
        }
        return Base64.getEncoder().encodeToString(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance(DigestAlgorithm.SHA_256.jcaName());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Gives it its name, durably. */
    void commit(@Nullable FileTime modified) throws IOException {
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
     * After a sync that failed nobody knows what is on the disk, and the next one may succeed
     * (fsync(2)): nothing of it can be believed.
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
     * Keeps what can go on another time, and drops what cannot.
     *
     * @throws IOException after which nothing is kept if {@link #size} is 0; else it is, but the
     *     next run trusts it only until the machine is started anew
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

    /** Drops it. */
    void drop() throws IOException {
        size = 0;
        PartState.delete(statePath);
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        intake.close();
        if (descriptor >= 0) {
            FileCalls.close(descriptor);
        }
    }
}
