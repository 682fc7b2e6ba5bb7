package sluice.io;

import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;

/**
 * Brings bytes that a connection was told of ({@link Connection#awaitReadable}) from its socket
 * into a file, past the buffers of the loop, in the {@link Receiving way} of the loop's cell. By
 * splice they are {@link #collect}ed in a pipe on the loop, and {@link #write written} by whoever
 * may wait for a disk; {@link #transfer} does both at once. Where that cannot be, {@link #works}
 * says so after the first try, and bytes are to be received as usual.
 *
 * <p>One connection and one file; one thread at a time.
 */
public final class SocketToFile implements AutoCloseable {
    /** What anybody may ask for (pipe(7)): what a socket's buffer has at most, mostly. */
    private static final int PIPE = 1 << 20;
    /** For file systems that take no pipe. */
    private static final int BUFFER = 64 << 10;

    private final Kernel kernel;
    private long pipe = -1;
    private long collected;
    private long unseen;
    private boolean works = true;

    public SocketToFile(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Whether it is worth trying, as far as is known. */
    public boolean works() {
        return works;
    }

    /** Bytes collected and not yet written. */
    public long collected() {
        return collected;
    }

    /** Bytes that were written since it was last asked and that no user space has seen. */
    public long takeUnseen() {
        long bytes = unseen;
        unseen = 0;
        return bytes;
    }

    /**
     * Moves what is in the socket into the pipe; on the loop, in {@link Protocol#readable}.
     *
     * @return how many bytes, 0 at the end of the input, or a negative {@link Outcome}; after
     *     {@link Outcome#HELD}, as when it does not work, the next bytes are to be received
     */
    public long collect(Connection connection, long most) {
        boolean splices = connection.loop().cell().receiving() == Receiving.SPLICE;
        if (!splices || pipe < 0 && !openPipe()) {
            works = false;
            return -Errno.ENOSYS;
        }
        long moved = connection.transport().splice(CopyCalls.writeEnd(pipe), Math.min(most, PIPE));
        collected += Math.max(0, moved);
        works &= moved >= 0 || moved == Outcome.AGAIN || moved == Outcome.HELD;
        return moved;
    }

    private boolean openPipe() {
        pipe = CopyCalls.pipe();
        if (pipe >= 0) {
            // Beyond the user's share it keeps the size it has, which works as well.
            CopyCalls.setPipeSize(CopyCalls.writeEnd(pipe), PIPE);
        }
        return pipe >= 0;
    }

    /**
     * Writes all that was collected, waiting for the disk.
     *
     * @return how many bytes, or {@code -errno}; then what was not written is lost
     */
    public long write(int file, long offset) {
        int from = CopyCalls.readEnd(pipe);
        long done = 0;
        while (collected > 0) {
            long moved =
                    kernel.spliceTo(from, file, offset + done, collected, CopyCalls.SPLICE_F_MOVE);
            if (moved > 0) {
                unseen += moved;
            } else if (moved == -Errno.EINVAL) {
                // A file system that takes no pipe: what is in it goes through memory.
                works = false;
                moved = copy(from, file, offset + done);
            }
            if (moved == 0 || moved < 0 && moved != -Errno.EINTR) {
                collected = 0;
                return moved == 0 ? -Errno.EIO : moved;
            }
            collected -= Math.max(0, moved);
            done += Math.max(0, moved);
        }
        return done;
    }

    private long copy(int from, int file, long offset) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER);
            long read = FileCalls.read(from, buffer.address(), Math.min(collected, BUFFER));
            long done = 0;
            while (done < read) {
                long wrote =
                        kernel.pwrite(file, buffer.address() + done, read - done, offset + done);
                if (wrote == 0 || wrote < 0 && wrote != -Errno.EINTR) {
                    return wrote == 0 ? -Errno.ENOSPC : wrote;
                }
                done += Math.max(0, wrote);
            }
            return read;
        }
    }

    /**
     * Moves what is in the socket into the file, waiting for the disk and not for the peer. Any
     * thread, while the connection receives nothing.
     *
     * @return how many bytes, or {@code -errno} if the file does not take them; after 0 the next
     *     bytes, or the end, or the error, are to be received
     */
    public long transfer(Connection connection, FileChannel file, long offset, long most) {
        boolean transfers = connection.loop().cell().receiving() == Receiving.TRANSFER_FROM;
        long moved =
                transfers ? connection.transport().transferTo(file, offset, most) : -Errno.ENOSYS;
        if (moved == -Errno.ENOSYS) {
            works = false;
            return 0;
        }
        return moved;
    }

    /** Drops what was collected and not written. */
    @Override
    public void close() {
        collected = 0;
        if (pipe >= 0) {
            FileCalls.close(CopyCalls.readEnd(pipe));
            FileCalls.close(CopyCalls.writeEnd(pipe));
            pipe = -1;
        }
    }
}
