package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyPath;
import sluice.io.CopyState;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.io.Outcome;
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
 * The same as {@link ZeroCopy} by operations of a ring (IORING_OP_SEND_ZC): the file is read into a
 * buffer, and the network card reads that buffer, which is free again when a second result of the
 * operation says so. That comes on the ring, after the socket was closed too, so a buffer may
 * outlive its connection.
 *
 * <p>A send never waits for room in its socket, so that a client that waits holds no buffer.
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
        CopyState state = Objects.requireNonNull(raw.copyState(), "set when the socket is served");
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
        return Outcome.BEGUN;
    }

    /** The kernel has taken bytes of a buffer. */
    void sent() {
        counters.add(Counter.ZEROCOPY_SENDS, 1);
    }

    /** It has made a copy of them. */
    void copied() {
        counters.add(Counter.ZEROCOPY_COPIED, 1);
    }

    /** The kernel is done with a buffer. */
    void over(RingBuffer buffer) {
        lent.remove(buffer);
        buffers.give(buffer);
    }

    /** Buffers that the kernel has now. */
    int inUse() {
        return lent.size();
    }

    /** What the kernel still sends stays as it is when it is unmapped (see {@link CopyCalls}). */
    @Override
    public void close() {
        lent.forEach(buffers::discard);
        lent.clear();
        buffers.close();
    }
}
