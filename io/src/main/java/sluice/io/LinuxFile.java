package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.linux.Kernel;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file by its descriptor. */
public final class LinuxFile implements OpenFile {
    private final int descriptor;
    private final Kernel kernel;
    private @Nullable FileChannel channel;

    public LinuxFile(int descriptor, Kernel kernel) {
        this.descriptor = descriptor;
        this.kernel = kernel;
    }

    @Override
    public int descriptor() {
        return descriptor;
    }

    /**
     * java.nio cannot adopt a descriptor, so the first call opens the same file once more through
     * {@code /proc/self/fd} (proc(5)): the very inode, even if its name is gone by now.
     */
    @Override
    public synchronized FileChannel channel() throws IOException {
        if (channel == null) {
            channel = FileChannel.open(
                    Path.of("/proc/self/fd/" + descriptor), StandardOpenOption.READ);
        }
        return channel;
    }

    @Override
    public long read(long offset, Block into, int length) {
        long read;
        do {
            read = kernel.pread(descriptor, into.address(), length, offset);
        } while (read == -Errno.EINTR);
        return read;
    }

    @Override
    public synchronized void close() {
        kernel.close(descriptor);
        if (channel != null) {
            Closing.quietly(channel);
        }
    }
}
