package sluice.io.testing;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Socket;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;

/** A socket that keeps what is sent, and does nothing else. */
final class MemorySocket implements Socket {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    byte[] sent() {
        return sent.toByteArray();
    }

    @Override
    public long send(Block block, int from, int to, boolean more) {
        sent.writeBytes(block.segment().asSlice(from, to - from).toArray(JAVA_BYTE));
        return (long) to - from;
    }

    @Override
    public int descriptor() {
        throw unexpected();
    }

    @Override
    public SelectableChannel channel() {
        throw unexpected();
    }

    @Override
    public long receive(Block block, int from, int to) {
        throw unexpected();
    }

    @Override
    public long peek(Block scratch) {
        throw unexpected();
    }

    @Override
    public long connect(InetSocketAddress address) {
        throw unexpected();
    }

    @Override
    public long finishConnect() {
        throw unexpected();
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return null;
    }

    @Override
    public void shutdownInput() {
        throw unexpected();
    }

    @Override
    public void shutdownOutput() {
        throw unexpected();
    }

    @Override
    public void abort() {
        throw unexpected();
    }

    @Override
    public void close() {
        throw unexpected();
    }

    private static UnsupportedOperationException unexpected() {
        return new UnsupportedOperationException("this socket only sends");
    }
}
