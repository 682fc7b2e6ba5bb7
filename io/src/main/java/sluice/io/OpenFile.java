package sluice.io;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** A file open for reading, on a descriptor (Linux) or a channel (elsewhere). */
public sealed interface OpenFile permits LinuxFile, ChannelFile {
    /** The descriptor for system calls. */
    int descriptor();

    /** The channel for java.nio. */
    FileChannel channel() throws IOException;

    /** Reads at an offset: bytes read, 0 at the end of the file, or {@code -errno}. */
    long read(long offset, Block into, int length);

    /** Closes it. */
    void close();
}
