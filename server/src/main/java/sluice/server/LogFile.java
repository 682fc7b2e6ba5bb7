package sluice.server;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.LongSupplier;

/**
 * Where lines are written to. A file that was renamed or removed (logrotate) is made anew within a
 * second, without being told; one that was cut short (copytruncate) is appended to where it ends
 * now. One thread.
 */
final class LogFile implements AutoCloseable {
    /** A file's name is looked at this often, when something is written. */
    static final long LOOK_NANOS = 1_000_000_000;

    private final @Nullable Path path;
    private final LongSupplier clock;
    private WritableByteChannel channel;
    private @Nullable Object key;
    private long lookedAt;
    /** A write ended inside a line, so the next one must end that first. */
    private boolean midLine;

    private LogFile(@Nullable Path path, LongSupplier clock, WritableByteChannel channel) {
        this.path = path;
        this.clock = clock;
        this.channel = channel;
        lookedAt = clock.getAsLong();
    }

    static LogFile open(Path path, LongSupplier clock) throws IOException {
        LogFile file = new LogFile(path, clock, append(path));
        file.key = key(path);
        return file;
    }

    static LogFile of(WritableByteChannel channel) {
        return new LogFile(null, () -> 0, channel);
    }

    private static FileChannel append(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static @Nullable Object key(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Writes whole lines; of a disk that is full it may get a part.
     *
     * @return the lines that were not written whole, 0 if all were
     */
    int write(byte[] lines) {
        reopenIfMoved();
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
        if (there != null && there.equals(key)) {
            return;
        }
        try {
            WritableByteChannel old = channel;
            channel = append(path);
            key = key(path);
            midLine = false;
            old.close();
        } catch (IOException e) {
            System.getLogger("sluice.server")
                    .log(System.Logger.Level.WARNING, "the access log cannot be made anew", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
