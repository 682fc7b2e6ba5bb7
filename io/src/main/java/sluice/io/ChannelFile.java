package sluice.io;

import sluice.linux.Errno;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** A file by a java.nio channel, where there are no descriptors to be had. */
public final class ChannelFile implements OpenFile {
    private final FileChannel channel;

    public ChannelFile(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public int descriptor() {
        throw new IllegalStateException("a java.nio channel shows no descriptor");
    }

    @Override
    public FileChannel channel() {
        return channel;
    }

    @Override
    public long read(long offset, Block into, int length) {
        try {
            return Math.max(0, channel.read(into.buffer(0, length), offset));
        } catch (IOException e) {
            return -Errno.EIO;
        }
    }

    @Override
    public void close() {
        Closing.quietly(channel);
    }
}
