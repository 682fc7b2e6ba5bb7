package sluice.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.Consumer;

/** A file open for reading, as a descriptor (Linux) or a channel (elsewhere). */
public sealed interface OpenFile permits LinuxFile, ChannelFile {
    /** The descriptor for system calls. */
    int descriptor();

    /** The channel for java.nio. */
    FileChannel channel() throws IOException;

    /** The current size in bytes, or {@code -errno}. */
    long size();

    /**
     * Reads at an offset to a place in a block: bytes read, 0 at the end of the file, or {@code
     * -errno}.
     */
    long read(long offset, Block into, int at, int length);

    /** The same to the start of a block. */
    default long read(long offset, Block into, int length) {
        return read(offset, into, 0, length);
    }

    /**
     * Reads a small file completely. May block.
     *
     * @param size at most {@link Block#SIZE}
     * @return exactly {@code size} bytes, or null if the file has fewer or cannot be read
     */
    default byte @Nullable [] content(int size) {
        try (Arena arena = Arena.ofConfined()) {
            Block block = new Block(arena);
            long read = read(0, block, size);
            return read == size ? block.segment().asSlice(0, size).toArray(JAVA_BYTE) : null;
        }
    }

    /**
     * Passes the first {@code size} bytes to {@code sink}, piece by piece. May block. An interrupt
     * of the reading thread ends it, so that a closing server need not wait for a long file.
     *
     * @return false if the file has fewer bytes, cannot be read, or the thread was interrupted
     */
    default boolean readTo(long size, Consumer<ByteBuffer> sink) {
        return read(0, size, sink);
    }

    /** The same for the bytes {@code [from, to)}. */
    default boolean read(long from, long to, Consumer<ByteBuffer> sink) {
        try (Arena arena = Arena.ofConfined()) {
            Block block = new Block(arena);
            for (long offset = from; offset < to; ) {
                long read = read(offset, block, (int) Math.min(Block.SIZE, to - offset));
                if (read <= 0 || Thread.currentThread().isInterrupted()) {
                    return false;
                }
                sink.accept(block.buffer(0, (int) read));
                offset += read;
            }
            return true;
        }
    }

    /** Closes the file. */
    void close();
}
