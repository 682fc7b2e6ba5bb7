package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.MemoryChunk;
import sluice.linux.SocketCalls;
import sluice.linux.Uring;

/**
 * The operations of a ring: how each is begun, in whose name, and how many have not ended. What a
 * kernel cannot do is begun another way.
 */
final class UringSubmissions {
    /** The name of what nobody waits for. */
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

    /** Whose operation has a result; null if its owner has gone. */
    UringEngine.@Nullable Owner owner(long name, boolean last) {
        if (last) {
            outstanding--;
        }
        return owners.of(name);
    }

    /** Operations whose last result has not come. */
    long outstanding() {
        return outstanding;
    }

    private long name(int slot, int kind) {
        outstanding++;
        return UringOwners.name(slot, kind);
    }

    /** Goes on after its first result. */
    void accept(int fd, int slot, int kind) {
        int flags = SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
        ring.acceptMany(fd, flags, name(slot, kind));
    }

    /**
     * The result is a count, or, without a buffer ring, says that there are bytes.
     *
     * @param once no result after the first, whatever the kernel could do
     * @return whether it was asked to go on after its first result
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

    /** Never waits for room; a notice follows when the memory is not read any more. */
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

    /** Whether {@link #receive} and no result of its brings bytes: they are still in the socket. */
    boolean onlyPolls() {
        return buffers == null;
    }

    /** Whether an accept or a receive goes on after its first result. */
    boolean isMultishot() {
        return multishot;
    }

    /** The kernel has said that it knows nothing of the kind (EINVAL): poll before Linux 5.13. */
    void giveUpMultishot() {
        multishot = false;
    }
}
