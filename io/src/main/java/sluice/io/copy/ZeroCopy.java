package sluice.io.copy;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.io.Socket;
import sluice.io.copy.ZeroCopySends.Buffer;
import sluice.io.socket.RawSocket;
import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.ErrorQueue;
import sluice.linux.Kernel;
import sluice.linux.SocketCalls;

/**
 * send(2) with MSG_ZEROCOPY: reads the file into a buffer, which the network card reads. The buffer
 * is reused only after the kernel's notification. This is for bytes that are in user space anyway;
 * for files sendfile needs one copy less.
 *
 * <p>The kernel may copy after all, and does so for every peer on this machine; {@link
 * Counter#ZEROCOPY_COPIED} counts this. Short pieces use a plain send. So do all pieces while no
 * buffer is free or the kernel cannot queue more notifications (ENOBUFS); these are fallbacks and
 * counted as such.
 */
public final class ZeroCopy implements CopyPath {
    /** An eighth of a connection's quantum: large enough that a notification costs little. */
    public static final int BUFFER = 128 << 10;
    /** Buffers of a loop: 8 MiB, as much as two fast and distant peers have in flight. */
    public static final int BUFFERS = 64;
    /** Below about 10 KB pinning pages costs more than copying them (msg_zerocopy.rst). */
    public static final int WORTH_IT = 16 << 10;

    private final Kernel kernel;
    private final Counters counters;
    private final DirectCopy plain;
    private final ErrorQueue completions;
    private final BoundedPool<Buffer> buffers =
            new BoundedPool<>(BUFFERS, ZeroCopy::map, ZeroCopy::unmap);

    public ZeroCopy(Kernel kernel, Counters counters, ErrorQueue completions, DirectCopy plain) {
        this.kernel = kernel;
        this.counters = counters;
        this.plain = plain;
        this.completions = completions;
    }

    private static @Nullable Buffer map() {
        long address = CopyCalls.mapMemory(BUFFER);
        return address < 0 ? null : new Buffer(address);
    }

    private static void unmap(Buffer buffer) {
        CopyCalls.unmap(buffer.address, BUFFER);
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        RawSocket raw = (RawSocket) socket;
        if (length < WORTH_IT) {
            return plain.send(socket, file, offset, length, more);
        }
        ZeroCopySends sends = sends(raw);
        sends.reap();
        long done = 0;
        while (done < length) {
            long want = Math.min(length - done, BUFFER);
            boolean follows = more || done + want < length;
            Buffer buffer = want < WORTH_IT ? null : take();
            long sent;
            if (buffer == null) {
                counters.add(Counter.COPY_FALLBACKS, want < WORTH_IT ? 0 : 1);
                sent = plain.send(socket, file, offset + done, want, follows);
            } else {
                sent = send(raw, sends, buffer, (LinuxFile) file, offset + done, want, follows);
            }
            if (sent <= 0) {
                return done > 0 ? done : sent;
            }
            done += sent;
            if (sent < want) {
                return done;
            }
        }
        return done;
    }

    private ZeroCopySends sends(RawSocket socket) {
        if (socket.pendingCopy() instanceof ZeroCopySends known) {
            return known;
        }
        // If SO_ZEROCOPY cannot be set, TCP ignores MSG_ZEROCOPY and each send completes at once.
        SocketCalls.setOption(
                socket.descriptor(), SocketCalls.SOL_SOCKET, SocketCalls.SO_ZEROCOPY, 1);
        ZeroCopySends made = new ZeroCopySends(this, socket);
        socket.pendingCopy(made);
        return made;
    }

    private long send(
            RawSocket socket,
            ZeroCopySends sends,
            Buffer buffer,
            LinuxFile file,
            long offset,
            long length,
            boolean more) {
        counters.add(Counter.FILE_CALLS, 2);
        long read = file.read(offset, buffer.address, length);
        if (read <= 0) {
            buffers.give(buffer);
            return read;
        }
        int flags = more || read < length ? SocketCalls.MSG_MORE : 0;
        long sent = socket.send(buffer.address, read, flags | SocketCalls.MSG_ZEROCOPY);
        if (sent > 0) {
            counters.add(Counter.ZEROCOPY_SENDS, 1);
            sends.began(buffer);
            return sent;
        }
        if (sent == -Errno.ENOBUFS) {
            counters.add(Counter.COPY_FALLBACKS, 1);
            counters.add(Counter.FILE_CALLS, 1);
            sent = socket.send(buffer.address, read, flags);
        }
        buffers.give(buffer);
        return sent;
    }

    /** Reads all messages of a socket's error queue; false if it was empty. */
    synchronized boolean reap(ZeroCopySends sends, int socket) {
        boolean any = false;
        int told = completions.next(kernel, socket);
        while (told >= 0 || told == -Errno.EINTR) {
            if (told > 0) {
                any = true;
                int count = completions.last() - completions.first() + 1;
                if (completions.copied()) {
                    counters.add(Counter.ZEROCOPY_COPIED, count);
                    sends.copied(count);
                }
                sends.over(completions.first(), completions.last());
            }
            told = completions.next(kernel, socket);
        }
        return any;
    }

    @Nullable
    Buffer take() {
        return buffers.take();
    }

    void give(Buffer buffer) {
        buffers.give(buffer);
    }

    void discard(Buffer buffer) {
        buffers.discard(buffer);
    }

    /** Buffers that the kernel still uses. */
    int inUse() {
        return buffers.inUse();
    }

    @Override
    public void close() {
        buffers.close();
    }
}
