package sluice.io.copy;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.IoResult;
import sluice.io.OpenFile;
import sluice.io.Socket;
import sluice.io.socket.NioSocket;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.SocketCalls;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;

/**
 * Maps a window of the file, passes its address to send(2) and unmaps it at once: the kernel copies
 * from the page cache to the socket without a buffer between. Java never reads mapped bytes, so if
 * another process truncates the file, send(2) returns a short count or EFAULT and the JVM gets no
 * SIGBUS.
 */
public final class MmapCopy implements CopyPath {
    /** Mapping costs the same for any size, and untouched pages cost nothing. */
    static final long WINDOW = 1 << 20;
    /** A multiple of every existing page size. */
    private static final long ALIGNMENT = 64 << 10;

    private final Kernel kernel;
    private final Counters counters;

    public MmapCopy(Kernel kernel, Counters counters) {
        this.kernel = kernel;
        this.counters = counters;
    }

    /** There is nothing to send beyond the end of the file, though it can be mapped. */
    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        long size = file.size();
        if (size < 0) {
            return size;
        }
        long end = Math.min(offset + length, size);
        long done = 0;
        while (offset + done < end) {
            long at = offset + done;
            long want = Math.min(end - at, WINDOW);
            boolean follows = more || at + want < offset + length;
            long sent = socket instanceof RawSocket raw
                    ? send(raw, file.descriptor(), at, want, follows)
                    : send((NioSocket) socket, file, at, want);
            if (sent < 0) {
                return done > 0 ? done : sent;
            }
            done += sent;
            if (sent < want) {
                return done;
            }
        }
        return done;
    }

    private long send(RawSocket socket, int file, long offset, long length, boolean more) {
        long start = offset - offset % ALIGNMENT;
        long mapped = offset + length - start;
        long address = kernel.map(file, start, mapped);
        counters.add(Counter.FILE_CALLS, 1);
        if (address < 0) {
            return address;
        }
        try {
            counters.add(Counter.FILE_CALLS, 2);
            long sent =
                    socket.send(address + offset - start, length, more ? SocketCalls.MSG_MORE : 0);
            return sent == -Errno.EFAULT ? IoResult.FILE_CHANGED : sent;
        } finally {
            kernel.unmap(address, mapped);
        }
    }

    private long send(NioSocket socket, OpenFile file, long offset, long length) {
        counters.add(Counter.FILE_CALLS, 3);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment window = map(file, offset, length, arena);
            if (window == null) {
                return shrankOr(-Errno.ENODEV, file, offset + length);
            }
            long sent = socket.channel().write(window.asByteBuffer());
            return sent == 0 ? IoResult.AGAIN : sent;
        } catch (IOException e) {
            // java.nio does not distinguish EFAULT from a broken socket.
            return shrankOr(-Errno.EPIPE, file, offset + length);
        }
    }

    private static @Nullable MemorySegment map(
            OpenFile file, long offset, long length, Arena arena) {
        try {
            FileChannel channel = file.channel();
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length, arena);
        } catch (IOException e) {
            return null;
        }
    }

    private static long shrankOr(long error, OpenFile file, long end) {
        return file.size() < end ? IoResult.FILE_CHANGED : error;
    }
}
