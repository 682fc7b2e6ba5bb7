package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.file.Path;

/** A file open as a java.nio channel, where descriptors are not available. */
public final class ChannelFile implements OpenFile {
    private final @Nullable FileChannel channel;
    private final @Nullable Path path;

    public ChannelFile(FileChannel channel) {
        this(channel, null);
    }

    /**
     * Keeps the name it was opened by, because java.nio reads the times of a file only by name.
     *
     * @param channel null for a directory, which java.nio can open only on some systems
     */
    public ChannelFile(@Nullable FileChannel channel, @Nullable Path path) {
        this.channel = channel;
        this.path = path;
    }

    /** The name it was opened by, if known; another file may have that name by now. */
    public @Nullable Path path() {
        return path;
    }

    @Override
    public int descriptor() {
        throw new IllegalStateException("a java.nio channel gives no access to its descriptor");
    }

    @Override
    public FileChannel channel() {
        if (channel == null) {
            throw new NonReadableChannelException();
        }
        return channel;
    }

    @Override
    public long size() {
        try {
            return channel().size();
        } catch (IOException e) {
            return -Errno.EIO;
        }
    }

    @Override
    public long read(long offset, Block into, int at, int length) {
        try {
            return Math.max(0, channel().read(into.buffer(at, at + length), offset));
        } catch (IOException e) {
            return -Errno.EIO;
        }
    }

    @Override
    public void close() {
        if (channel != null) {
            Closing.quietly(channel);
        }
    }
}
