package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.MemoryChunk;
import sluice.linux.SocketCalls;
import sluice.linux.Uring;

/**
 * Starts the operations of a ring, names them and counts the pending ones. Uses other operations
 * for those that the kernel does not support.
 */
final class UringSubmissions {
    /** The name of operations whose result is ignored. */
    static final long NOBODY = -1;

    private final Uring ring;
    private final @Nullable ReceiveBuffers buffers;
    private final UringOwners owners = new UringOwners();
    private boolean multishot;
    private long outstanding;

    UringSubmissions(Uring ring, @Nullable ReceiveBuffers buffers, boolean multishot) {
        this.ring = ring;
        this.buffers = buffers;
        this.multishot = multishot;
    }

    /** {@link UringOwners#add}. */
    int add(UringEngine.Owner owner) {
        return owners.add(owner);
    }

    /** {@link UringOwners#remove}. */
    void remove(int slot) {
        owners.remove(slot);
    }

    /** The owner of a completed operation; null if the owner is gone. */
    UringEngine.@Nullable Owner owner(long name, boolean last) {
        if (last) {
            outstanding--;
        }
        return owners.of(name);
    }

    /** The number of pending operations. */
    long outstanding() {
        return outstanding;
    }

    private long name(int slot, int kind) {
        outstanding++;
        return UringOwners.name(slot, kind);
    }

    /** Multishot if the kernel supports it. */
    void accept(int fd, int slot, int kind) {
        int flags = SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
        ring.acceptMany(fd, flags, name(slot, kind));
    }

    /**
     * The result is a count, or, without a buffer ring, tells that bytes are in the socket.
     *
     * @param once whether to receive once, even if the kernel supports multishot
     * @return whether the receive is multishot
     */
    boolean receive(int fd, boolean once, int slot, int kind) {
        boolean many = buffers != null && multishot && !once;
        if (buffers == null) {
            poll(fd, Uring.POLLIN, slot, kind);
        } else if (many) {
            ring.receiveMany(fd, buffers.ring(), name(slot, kind));
        } else {
            ring.receive(fd, buffers.ring(), name(slot, kind));
        }
        return many;
    }

    void send(int fd, MemoryChunk chunk, boolean more, int slot, int kind) {
        int flags = SocketCalls.MSG_NOSIGNAL | (more ? SocketCalls.MSG_MORE : 0);
        ring.send(fd, chunk.address(), (int) chunk.remaining(), flags, name(slot, kind));
    }

    /** Never waits for room; a notice follows when the kernel no longer reads the memory. */
    void sendZeroCopy(int fd, long address, int length, boolean more, int slot, int kind) {
        int flags = SocketCalls.MSG_NOSIGNAL
                | SocketCalls.MSG_DONTWAIT
                | (more ? SocketCalls.MSG_MORE : 0);
        ring.sendZeroCopy(fd, address, length, flags, name(slot, kind));
    }

    void poll(int fd, int events, int slot, int kind) {
        ring.poll(fd, events, name(slot, kind));
    }

    void cancel(int slot, int kind) {
        ring.cancel(UringOwners.name(slot, kind), NOBODY);
    }

    /** Whether results of {@link #receive} bring no bytes: these are still in the socket. */
    boolean onlyPolls() {
        return buffers == null;
    }

    /** Whether accepts and receives are multishot. */
    boolean isMultishot() {
        return multishot;
    }

    /** The kernel does not support multishot (EINVAL); multishot poll needs Linux 5.13. */
    void giveUpMultishot() {
        multishot = false;
    }
}
