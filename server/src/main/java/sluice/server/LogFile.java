package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.SparseLog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.LongSupplier;

/**
 * The file or channel that a log writes its lines to. It creates a file again within a second after
 * somebody renamed or removed it (logrotate); no signal is needed, but one may hasten it ({@link
 * #reopen}). If somebody truncated the file (copytruncate), it appends at the new end. It can
 * rotate the file itself: at a size it renames FILE to FILE.1, that to FILE.2, and so on. One
 * thread.
 */
final class LogFile implements AutoCloseable {
    /** Least time between two checks of the file's name; only a write checks. */
    static final long LOOK_NANOS = 1_000_000_000;

    // inode(7)
    private static final int S_IFMT = 0xF000;
    private static final int S_IFIFO = 0x1000;
    private static final int S_IFBLK = 0x6000;
    private static final int S_IFSOCK = 0xC000;

    private static final System.Logger LOG = System.getLogger("sluice.server");

    private final SparseLog failures = new SparseLog(LOG, System::nanoTime);
    private final @Nullable Path path;
    private final long rotateAt;
    private final int keep;
    private final LongSupplier clock;
    private WritableByteChannel channel;
    private @Nullable Object key;
    private long lookedAt;
    /** Whether the last write ended inside a line; then the next write ends that line first. */
    private boolean midLine;

    private LogFile(
            @Nullable Path path,
            long rotateAt,
            int keep,
            LongSupplier clock,
            WritableByteChannel channel) {
        this.path = path;
        this.rotateAt = rotateAt;
        this.keep = keep;
        this.clock = clock;
        this.channel = channel;
        lookedAt = clock.getAsLong();
    }

    static LogFile open(Path path, LongSupplier clock) throws IOException {
        return open(path, 0, 1, clock);
    }

    /**
     * Opens a file that is rotated.
     *
     * @param rotateAt size in bytes; 0 for never
     * @param keep how many renamed files stay
     */
    static LogFile open(Path path, long rotateAt, int keep, LongSupplier clock) throws IOException {
        LogFile file = new LogFile(path, rotateAt, keep, clock, append(path));
        file.key = key(path);
        return file;
    }

    static LogFile of(WritableByteChannel channel) {
        return new LogFile(null, 0, 1, () -> 0, channel);
    }

    /**
     * Opens without waiting. A FIFO opened only for writing waits for a reader (fifo(7)). Opened
     * for both it does not, and keeps what nobody has read when a reader leaves.
     */
    private static FileChannel append(Path path) throws IOException {
        return switch (typeOf(path)) {
            case S_IFIFO ->
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            case S_IFSOCK -> throw new IOException(path + " is a socket, which has no lines");
            case S_IFBLK -> throw new IOException(path + " is a block device, a disk perhaps");
            default -> FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        };
    }

    /** The type in st_mode (inode(7)); 0 if there is no file, or the system has no such types. */
    private static int typeOf(Path path) {
        try {
            return (int) Files.getAttribute(path, "unix:mode") & S_IFMT;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return 0;
        }
    }

    private static @Nullable Object key(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Writes whole lines; a full disk may take only a part of them.
     *
     * @return number of lines that were not completely written
     */
    int write(byte[] lines) {
        reopenIfMoved();
        rotateIfFull();
        ByteBuffer bytes = ByteBuffer.wrap(lines);
        try {
            if (midLine) {
                channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
                midLine = false;
            }
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return 0;
        } catch (IOException e) {
            int written = bytes.position();
            midLine |= written > 0 && lines[written - 1] != '\n';
            int missing = 0;
            for (int i = written; i < lines.length; i++) {
                missing += lines[i] == '\n' ? 1 : 0;
            }
            return missing;
        }
    }

    private void reopenIfMoved() {
        long now = clock.getAsLong();
        if (path == null || now - lookedAt < LOOK_NANOS) {
            return;
        }
        lookedAt = now;
        Object there = key(path);
        if (there == null || !there.equals(key)) {
            reopen();
        }
    }

    /** Only a regular file has a size; where it cannot be renamed, it grows on. */
    private void rotateIfFull() {
        if (path == null || rotateAt == 0) {
            return;
        }
        try {
            if (channel instanceof FileChannel file && file.size() >= rotateAt) {
                for (int i = keep - 1; i >= 1; i--) {
                    renameIfThere(numbered(path, i), numbered(path, i + 1));
                }
                renameIfThere(path, numbered(path, 1));
                reopen();
            }
        } catch (IOException e) {
            failures.warn("cannot rotate the access log: " + e);
        }
    }

    private static Path numbered(Path path, int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private static void renameIfThere(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // There were not so many files yet, or somebody took it away.
        }
    }

    /** Opens the file by its name again; if that fails, goes on with the file that is open. */
    void reopen() {
        if (path == null) {
            return;
        }
        try {
            WritableByteChannel old = channel;
            channel = append(path);
            key = key(path);
            midLine = false;
            old.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot reopen the access log", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
