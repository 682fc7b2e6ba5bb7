package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.IoResult;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.io.PendingCopy;
import sluice.io.Socket;
import sluice.io.copy.BoundedPool;
import sluice.io.copy.DirectCopy;
import sluice.io.copy.ZeroCopy;
import sluice.io.socket.RawSocket;
import sluice.linux.CopyCalls;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Like {@link ZeroCopy}, but by operations of a ring (IORING_OP_SEND_ZC): reads the file into a
 * buffer, which the network card reads. A second result of the operation tells that the buffer is
 * free again. It arrives on the ring even after the socket was closed, so a buffer may outlive its
 * connection.
 *
 * <p>A send never waits for room in the socket, so that a slow client holds no buffer.
 */
final class RingZeroCopy implements CopyPath {
    private final Counters counters;
    private final DirectCopy plain;
    private final BoundedPool<RingBuffer> buffers =
            new BoundedPool<>(ZeroCopy.BUFFERS, this::map, RingZeroCopy::unmap);
    private final Set<RingBuffer> lent = new HashSet<>();

    RingZeroCopy(Counters counters, DirectCopy plain) {
        this.counters = counters;
        this.plain = plain;
    }

    private @Nullable RingBuffer map() {
        long address = CopyCalls.mapMemory(ZeroCopy.BUFFER);
        return address < 0 ? null : new RingBuffer(this, address);
    }

    private static void unmap(RingBuffer buffer) {
        CopyCalls.unmap(buffer.address(), ZeroCopy.BUFFER);
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        RawSocket raw = (RawSocket) socket;
        PendingCopy state =
                Objects.requireNonNull(raw.pendingCopy(), "set when the socket is served");
        RingSends sends = (RingSends) state;
        if (length < ZeroCopy.WORTH_IT) {
            return plain.send(socket, file, offset, length, more);
        }
        long want = Math.min(length, ZeroCopy.BUFFER);
        boolean follows = more || want < length;
        RingBuffer buffer = sends.mayBegin() ? buffers.take() : null;
        if (buffer == null) {
            counters.add(Counter.COPY_FALLBACKS, 1);
            return plain.send(socket, file, offset, want, follows);
        }
        counters.add(Counter.FILE_CALLS, 1);
        long read = ((LinuxFile) file).read(offset, buffer.address(), want);
        if (read <= 0) {
            buffers.give(buffer);
            return read;
        }
        lent.add(buffer);
        sends.begin(buffer, (int) read, follows || read < want);
        return IoResult.BEGUN;
    }

    /** The kernel has taken bytes of a buffer. */
    void sent() {
        counters.add(Counter.ZEROCOPY_SENDS, 1);
    }

    /** The kernel copied them. */
    void copied() {
        counters.add(Counter.ZEROCOPY_COPIED, 1);
    }

    /** The kernel no longer uses a buffer. */
    void over(RingBuffer buffer) {
        lent.remove(buffer);
        buffers.give(buffer);
    }

    /** Buffers that the kernel still uses. */
    int inUse() {
        return lent.size();
    }

    /** The kernel keeps unmapped pages until it has sent them (see {@link CopyCalls}). */
    @Override
    public void close() {
        lent.forEach(buffers::discard);
        lent.clear();
        buffers.close();
    }
}
