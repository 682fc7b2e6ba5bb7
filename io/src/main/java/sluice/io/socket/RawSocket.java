package sluice.io.socket;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.IoResult;
import sluice.io.PendingCopy;
import sluice.io.Socket;
import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.SocketCalls;

import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;

/** A socket as a descriptor. */
public final class RawSocket implements Socket {
    /** What a closing connection reads and drops at most, as one that lingers. */
    private static final int DISCARD_MAX = 1 << 20;

    private final int descriptor;
    private final Kernel kernel;
    private @Nullable PendingCopy pendingCopy;

    public RawSocket(int descriptor, Kernel kernel) {
        this.descriptor = descriptor;
        this.kernel = kernel;
    }

    @Override
    public int descriptor() {
        return descriptor;
    }

    @Override
    public SelectableChannel channel() {
        throw new IllegalStateException("a raw descriptor is not a java.nio channel");
    }

    @Override
    public long receive(Block block, int from, int to) {
        long received;
        do {
            received = kernel.recv(descriptor, block.address() + from, to - from, 0);
        } while (received == -Errno.EINTR);
        return received;
    }

    @Override
    public long peek(Block scratch) {
        return kernel.recv(descriptor, scratch.address(), 1, SocketCalls.MSG_PEEK);
    }

    @Override
    public long send(Block block, int from, int to, boolean more) {
        return send(block.address() + from, to - from, more ? SocketCalls.MSG_MORE : 0);
    }

    /** Sends from an address, with flags of {@link SocketCalls}. */
    public long send(long address, long length, int flags) {
        long sent;
        do {
            sent = kernel.send(descriptor, address, length, flags | SocketCalls.MSG_NOSIGNAL);
        } while (sent == -Errno.EINTR);
        return sent;
    }

    /** Sends a region of a file past user space: sendfile(2). */
    public long sendfile(int file, long offset, long length) {
        long sent;
        do {
            sent = kernel.sendfile(descriptor, file, offset, length);
        } while (sent == -Errno.EINTR);
        return sent;
    }

    /** State of the copy path for this socket, or null. */
    @Override
    public @Nullable PendingCopy pendingCopy() {
        return pendingCopy;
    }

    public void pendingCopy(@Nullable PendingCopy state) {
        pendingCopy = state;
    }

    @Override
    public boolean reapSends() {
        return pendingCopy != null && pendingCopy.reap();
    }

    private void releaseCopyState() {
        if (pendingCopy != null) {
            pendingCopy.release();
            pendingCopy = null;
        }
    }

    /** Moves received bytes into a non-blocking pipe past user space: splice(2). */
    @Override
    public long splice(int pipe, long most) {
        long moved;
        do {
            moved = kernel.splice(descriptor, pipe, most, CopyCalls.SPLICE_F_NONBLOCK);
        } while (moved == -Errno.EINTR);
        return moved;
    }

    /** Drops received bytes without copying them (tcp(7), MSG_TRUNC); never waits. */
    public void discardReceived() {
        kernel.recv(descriptor, 0, DISCARD_MAX, SocketCalls.MSG_DONTWAIT | SocketCalls.MSG_TRUNC);
    }

    @Override
    public long connect(InetSocketAddress address) {
        return SocketCalls.connect(descriptor, address);
    }

    @Override
    public long finishConnect() {
        int error = SocketCalls.getOption(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_ERROR);
        if (error != 0) {
            return error > 0 ? -error : error;
        }
        // No error may also mean that the connect is still in progress: some pollers only guess.
        long connected = SocketCalls.connected(descriptor);
        return connected == -Errno.ENOTCONN ? IoResult.AGAIN : connected;
    }

    @Override
    public long unacknowledged() {
        return SocketCalls.unacknowledged(descriptor);
    }

    @Override
    public void limitUnsent(int bytes) {
        SocketCalls.setOption(
                descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_NOTSENT_LOWAT, bytes);
    }

    @Override
    public boolean limitSends(int millis) {
        return SocketCalls.setSendTimeout(descriptor, millis) == 0;
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return SocketCalls.peerAddress(descriptor);
    }

    @Override
    public void shutdownInput() {
        kernel.shutdown(descriptor, SocketCalls.SHUT_RD);
    }

    @Override
    public void shutdownOutput() {
        kernel.shutdown(descriptor, SocketCalls.SHUT_WR);
    }

    /** SO_LINGER with time 0 makes close(2) send RST (socket(7)). */
    @Override
    public void abort() {
        releaseCopyState();
        SocketCalls.setLinger(descriptor, true, 0);
        kernel.close(descriptor);
    }

    @Override
    public void close() {
        releaseCopyState();
        kernel.close(descriptor);
    }
}
