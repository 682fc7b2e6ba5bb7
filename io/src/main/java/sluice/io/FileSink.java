package sluice.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.PollCalls;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a body goes that a connection receives: a file, in two halves that take turns. While one
 * works the other rests, and the turns are handed over by {@link EventLoop#offload} or the like.
 *
 * <ul>
 *   <li>The loop's half collects, and never waits: bytes that were received, in a buffer; bytes
 *       that are still in the socket ({@link Connection#receiveInto}), in a pipe, where no user
 *       space sees them (splice(2)).
 *   <li>The worker's half waits for the disk: {@link #write} takes what was collected into the
 *       file, and what is in the socket, if that is a java.nio channel, whose transferFrom does
 *       both at once.
 * </ul>
 *
 * <p>One connection at a time, one file.
 */
public final class FileSink implements AutoCloseable {
    /** Four receives: a worker's turn costs less than what it writes. */
    public static final int BUFFER = 64 << 10;
    /** What anybody may ask for (pipe(7)): what a socket's buffer has at most, mostly. */
    private static final int PIPE = 1 << 20;
    /** Moved by one transfer: a fast client would have its worker to itself. */
    private static final long TRANSFER_MOST = 1 << 20;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Kernel kernel;
    private final int file;
    private @Nullable FileChannel channel;
    private final boolean ownsChannel;
    /** Whether the descriptor is a stream such as a pipe, which has no offsets. */
    private final boolean isStream;

    private @Nullable MemorySegment buffer;
    private int buffered;
    private long pipe = -1;
    private long piped;
    /** Where a channel's bytes are, if the next write is to take some; and how many at most. */
    private @Nullable Transport source;

    private long most;
    /** Bytes past the buffer that nobody has asked about yet. */
    private long arrived;

    // Whether bytes can come past the buffer, as far as is known
    private boolean works = true;
    /** The last transfer found nothing: what comes next, be it the end, is to be received. */
    private boolean dry;

    private boolean ended;

    // What has come, and what of it was counted
    private long received;
    private long spliced;
    private long transferred;
    private long receivedCounted;
    private long splicedCounted;
    private long transferredCounted;

    /** Into an open file. Its descriptor stays the caller's. */
    public FileSink(Kernel kernel, int file) {
        this(kernel, file, false);
    }

    private FileSink(Kernel kernel, int file, boolean isStream) {
        this.kernel = kernel;
        this.file = file;
        this.isStream = isStream;
        ownsChannel = true;
    }

    /**
     * Into what may be a pipe, a terminal, or a file that others append to: bytes go where it
     * stands, and offsets mean nothing. Linux only.
     */
    public static FileSink ofStream(Kernel kernel, int stream) {
        return new FileSink(kernel, stream, true);
    }

    /** The same with a channel of the caller's, where there may be no descriptor (-1). */
    public FileSink(Kernel kernel, int file, FileChannel channel) {
        this.kernel = kernel;
        this.file = file;
        this.channel = channel;
        isStream = false;
        ownsChannel = false;
    }

    // The loop's half

    /** How many bytes can be {@link #add}ed before they must be written. */
    public int room() {
        return BUFFER - buffered;
    }

    /** Collects bytes that were received. */
    public void add(MemorySegment bytes, int from, int length) {
        MemorySegment into = buffer == null ? Arena.ofAuto().allocate(BUFFER, 64) : buffer;
        buffer = into;
        MemorySegment.copy(bytes, JAVA_BYTE, from, into, JAVA_BYTE, buffered, length);
        buffered += length;
        received += length;
        dry = false;
    }

    /** Whether bytes are to come past the buffer, in one of these ways. */
    boolean takes(ReceiveMode way) {
        // A transfer writes at an offset.
        boolean fits = isStream ? way == ReceiveMode.SPLICE : way != ReceiveMode.BUFFER;
        return fits && works && !dry && !ended;
    }

    /**
     * Collects what is in the socket, if the transport's way is splice; else the next write does.
     *
     * @return above 0 if there is something to write; 0 at the end of the input, or a negative
     *     {@link IoResult}. If that is not AGAIN, the next bytes are to be received
     */
    long collect(Transport transport, long atMost) {
        if (ended) {
            return -Errno.ECANCELED;
        }
        if (transport.receiving() == ReceiveMode.TRANSFER_FROM) {
            source = transport;
            most = Math.min(atMost, TRANSFER_MOST);
            return most;
        }
        if (pipe < 0 && !openPipe()) {
            works = false;
            return -Errno.ENOSYS;
        }
        long moved = transport.splice(CopyCalls.writeEnd(pipe), Math.min(atMost, PIPE));
        piped += Math.max(0, moved);
        arrived(Math.max(0, moved));
        works &= moved >= 0 || moved == IoResult.AGAIN || moved == IoResult.HELD;
        return moved;
    }

    private void arrived(long bytes) {
        arrived += bytes;
        received += bytes;
    }

    private boolean openPipe() {
        pipe = CopyCalls.pipe();
        if (pipe >= 0) {
            // Beyond the user's share it keeps the size it has, which works as well.
            CopyCalls.setPipeSize(CopyCalls.writeEnd(pipe), PIPE);
        }
        return pipe >= 0;
    }

    /** Bytes that have come past the buffer, collected or written, since it was last asked. */
    public long takeArrived() {
        long bytes = arrived;
        arrived = 0;
        return bytes;
    }

    /** Collects nothing more: from now on the other half may {@link #close} it at any time. */
    public void end() {
        ended = true;
        source = null;
    }

    /** Adds to a loop's counters what has come, and how, since it was last called. */
    public void countIn(Counters counters) {
        counters.add(Counter.BYTES_TO_FILES, received - receivedCounted);
        counters.add(Counter.BYTES_SPLICED, spliced - splicedCounted);
        counters.add(Counter.BYTES_TRANSFERRED, transferred - transferredCounted);
        receivedCounted = received;
        splicedCounted = spliced;
        transferredCounted = transferred;
    }

    /** Bytes that were written and that no user space has seen. */
    public long spliced() {
        return spliced;
    }

    // The worker's half

    /**
     * Writes all that was collected, and what a channel has, waiting for the disk and not for the
     * peer.
     *
     * @param offset in the file
     * @return how many bytes, or {@code -errno}; then what was not written is lost
     */
    public long write(long offset) {
        long done = writeBuffer(offset);
        if (done >= 0 && piped > 0) {
            done = sum(done, writePipe(offset + done));
        }
        Transport from = source;
        if (done >= 0 && from != null) {
            source = null;
            done = sum(done, transfer(from, offset + done));
        }
        return done;
    }

    private static long sum(long done, long next) {
        return next < 0 ? next : done + next;
    }

    private long writeBuffer(long offset) {
        int length = buffered;
        buffered = 0;
        return buffer == null ? 0 : writeAll(buffer.address(), length, offset);
    }

    /** All of it, or {@code -errno}. */
    private long writeAll(long address, long length, long offset) {
        long done = 0;
        while (done < length) {
            long wrote = isStream
                    ? afterRoom(FileCalls.write(file, address + done, length - done))
                    : kernel.pwrite(file, address + done, length - done, offset + done);
            if (wrote == 0 || wrote < 0 && wrote != -Errno.EINTR) {
                return wrote == 0 ? -Errno.ENOSPC : wrote;
            }
            done += Math.max(0, wrote);
        }
        return done;
    }

    private long writePipe(long offset) {
        int from = CopyCalls.readEnd(pipe);
        long done = 0;
        while (piped > 0) {
            long moved = isStream
                    ? afterRoom(kernel.splice(from, file, piped, CopyCalls.SPLICE_F_MOVE))
                    : kernel.spliceTo(from, file, offset + done, piped, CopyCalls.SPLICE_F_MOVE);
            if (moved > 0) {
                spliced += moved;
            } else if (isRefusal(-moved)) {
                // A file system that takes no pipe: what is in it goes through memory.
                works = false;
                moved = copy(from, offset + done);
            }
            if (moved == 0 || moved < 0 && moved != -Errno.EINTR) {
                piped = 0;
                return moved == 0 ? -Errno.EIO : moved;
            }
            piped -= Math.max(0, moved);
            done += Math.max(0, moved);
        }
        return done;
    }

    /**
     * A stream that has no room is waited for, and then tried again. It may be non-blocking, as its
     * other users like it, and splice(2) between pipes does not wait if one of them is: ours is.
     */
    private long afterRoom(long result) {
        return result == -Errno.EAGAIN && PollCalls.awaitRoom(file) >= 0 ? -Errno.EINTR : result;
    }

    private static boolean isRefusal(long error) {
        return error == Errno.EINVAL || error == Errno.ENOSYS || error == Errno.EOPNOTSUPP;
    }

    private long copy(int from, long offset) {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(BUFFER).address();
            long read = FileCalls.read(from, address, Math.min(piped, BUFFER));
            return read <= 0 ? read : writeAll(address, read, offset);
        }
    }

    private long transfer(Transport from, long offset) {
        FileChannel into = channel;
        try {
            into = into == null ? open(file) : into;
        } catch (IOException e) {
            return -Errno.EIO;
        }
        channel = into;
        long moved = from.transferTo(into, offset, most);
        if (moved == -Errno.ENOSYS) {
            // The socket is wrapped in something that changes its bytes.
            works = false;
            return 0;
        }
        dry = moved == 0;
        arrived(Math.max(0, moved));
        transferred += Math.max(0, moved);
        return moved;
    }

    /** java.nio cannot adopt a descriptor (proc(5)); this one has no part in the lock. */
    private static FileChannel open(int file) throws IOException {
        return FileChannel.open(Path.of("/proc/self/fd/" + file), StandardOpenOption.WRITE);
    }

    /** Drops what was collected and not written. The worker's half, if the loop's has not ended. */
    @Override
    public void close() {
        buffered = 0;
        piped = 0;
        works = false;
        if (pipe >= 0) {
            FileCalls.close(CopyCalls.readEnd(pipe));
            FileCalls.close(CopyCalls.writeEnd(pipe));
            pipe = -1;
        }
        if (channel != null && ownsChannel) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a channel was not closed", e);
            }
        }
    }
}
