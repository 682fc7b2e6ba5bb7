package sluice.io;

import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;

/**
 * Moves bytes from the socket of a connection into a file, past the buffers of the loop, by the
 * {@link Receiving} of the loop. The connection calls for it after {@link
 * Connection#awaitReadable}. With splice the loop {@link #collect}s bytes in a pipe, and a thread
 * that may block on a disk {@link #write writes} them; {@link #transfer} does both at once. If
 * neither works here, {@link #works} is false after the first try, and the connection must receive
 * bytes as usual.
 *
 * <p>One connection and one file; one thread at a time.
 */
public final class SocketToFile implements AutoCloseable {
    /** The size that an unprivileged user may set (pipe(7)): about that of a socket buffer. */
    private static final int PIPE = 1 << 20;
    /** For file systems that do not support splice. */
    private static final int BUFFER = 64 << 10;

    private final Kernel kernel;
    private long pipe = -1;
    private long collected;
    private long unseen;
    private boolean works = true;

    public SocketToFile(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Whether it works, as far as is known. */
    public boolean works() {
        return works;
    }

    /** Bytes collected that are not written yet. */
    public long collected() {
        return collected;
    }

    /** Bytes written past user space since the last call of this method. */
    public long takeUnseen() {
        long bytes = unseen;
        unseen = 0;
        return bytes;
    }

    /**
     * Moves bytes from the socket into the pipe; on the loop, in {@link Protocol#readable}.
     *
     * @return how many bytes, 0 at the end of the input, or a negative {@link Outcome}; after
     *     {@link Outcome#HELD}, or if it does not work, the connection must receive the next bytes
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
            // Above the user's limit the pipe keeps its size, which works as well.
            CopyCalls.setPipeSize(CopyCalls.writeEnd(pipe), PIPE);
        }
        return pipe >= 0;
    }

    /**
     * Writes all collected bytes; blocks on the disk.
     *
     * @return how many bytes, or {@code -errno}; then the bytes that were not written are lost
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
                // The file system does not support splice: copy the pipe's bytes through memory.
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
     * Moves bytes from the socket into the file; waits for the disk, not for the peer. Any thread,
     * while the connection does not receive.
     *
     * @return how many bytes, or {@code -errno} of the file; after 0 the connection must receive
     *     the next bytes, the end, or the error
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

    /** Drops collected bytes that are not written. */
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
