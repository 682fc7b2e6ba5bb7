package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.io.Connection;
import sluice.io.Outcome;
import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;

import java.io.IOException;
import java.lang.foreign.Arena;

/**
 * Moves octets from a socket through a pipe into a file: splice(2) twice, and nothing enters user
 * space. The second one waits for the disk. One thread at a time.
 */
final class SocketPipe implements AutoCloseable {
    /** What anybody may ask for (pipe(7)): a full receive window in a few moves. */
    private static final int SIZE = 1 << 20;

    private static final int BUFFER = 64 << 10;

    private final int file;
    private final int readEnd;
    private final int writeEnd;
    private boolean works = true;
    private boolean intoFile = true;
    private long moved;

    private SocketPipe(int file, long pipe) {
        this.file = file;
        readEnd = CopyCalls.readEnd(pipe);
        writeEnd = CopyCalls.writeEnd(pipe);
        // Beyond the user's share it keeps the size it has, which works as well.
        CopyCalls.setPipeSize(writeEnd, SIZE);
    }

    /** One that writes to this descriptor; null if there is no pipe to be had. */
    static @Nullable SocketPipe open(int file) {
        long pipe = CopyCalls.pipe();
        return pipe < 0 ? null : new SocketPipe(file, pipe);
    }

    /** Whether it is worth trying. */
    boolean works() {
        return works;
    }

    /** Octets that no user space has seen. */
    long moved() {
        return moved;
    }

    /**
     * Moves what is in the socket to the file.
     *
     * @return how many octets, 0 at the end of the input, or a negative {@link Outcome}
     */
    long move(Connection connection, long offset, long most) throws IOException {
        long filled = connection.splice(writeEnd, Math.min(most, SIZE));
        if (filled < 0 && filled != Outcome.AGAIN) {
            works = false;
        }
        long done = 0;
        while (done < filled) {
            long wrote = intoFile
                    ? Kernel.LINUX.spliceTo(
                            readEnd, file, offset + done, filled - done, CopyCalls.SPLICE_F_MOVE)
                    : copy(offset + done, filled - done);
            if (wrote == -Errno.EINVAL && intoFile) {
                // A file system that takes no pipe: what is in it goes through memory.
                intoFile = false;
                works = false;
            } else if (wrote > 0) {
                done += wrote;
                moved += intoFile ? wrote : 0;
            } else if (wrote != -Errno.EINTR) {
                throw new IOException("cannot write: "
                        + (wrote == 0 ? "the file takes no more" : Errno.describe(wrote)));
            }
        }
        return filled;
    }

    private long copy(long offset, long most) {
        try (Arena arena = Arena.ofConfined()) {
            long buffer = arena.allocate(BUFFER).address();
            long read = FileCalls.read(readEnd, buffer, Math.min(most, BUFFER));
            long done = 0;
            while (done < read) {
                long wrote = Kernel.LINUX.pwrite(file, buffer + done, read - done, offset + done);
                if (wrote <= 0 && wrote != -Errno.EINTR) {
                    return wrote;
                }
                done += Math.max(0, wrote);
            }
            return read;
        }
    }

    @Override
    public void close() {
        FileCalls.close(readEnd);
        FileCalls.close(writeEnd);
    }
}
