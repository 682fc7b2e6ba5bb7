package sluice.io.async;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.IoResult;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.SocketCalls;

import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;

/**
 * A socket whose calls are made by threads of the C library, which block. These run the operations
 * on one descriptor one after another. So sends use a second descriptor: they must not wait for a
 * pending receive.
 */
final class AioSocket implements AsyncSocket {
    /**
     * Time limit of a send, which then returns the bytes sent so far. A blocking send would report
     * no progress before all bytes are sent, and only the end of the connection could end it.
     */
    private static final int SEND_MILLIS = 500;

    private final RawSocket socket;
    /** Created for the first send: an idle client costs one descriptor. */
    private int writer = -1;

    private final AioEngine engine;
    private final AioEngine.Owner received = result -> completed(Kind.RECEIVE, result);
    private final AioEngine.Owner sent = this::sent;
    private Owner owner = (_, _) -> {};
    private long address;
    private int length;
    private volatile boolean interrupted;

    AioSocket(RawSocket socket, AioEngine engine) {
        this.socket = socket;
        this.engine = engine;
        int descriptor = socket.descriptor();
        FileCalls.fcntl(descriptor, FileCalls.F_SETFL, 0);
        SocketCalls.setSendTimeout(descriptor, SEND_MILLIS);
    }

    @Override
    public void owner(Owner told) {
        owner = told;
    }

    private void completed(Kind kind, long result) {
        owner.completed(kind, result);
    }

    @Override
    public void beginReceive(Block block, int from, int to) {
        int begun = engine.read(descriptor(), block.address() + from, to - from, received);
        if (begun < 0) {
            engine.ended(() -> completed(Kind.RECEIVE, begun));
        }
    }

    /** write(2) has no MSG_MORE: a head may go into a separate packet. */
    @Override
    public long send(Block block, int from, int to, boolean more) {
        address = block.address() + from;
        length = to - from;
        int begun = beginSend();
        return begun < 0 ? begun : IoResult.BEGUN;
    }

    private int beginSend() {
        if (writer < 0) {
            writer = FileCalls.fcntl(descriptor(), FileCalls.F_DUPFD_CLOEXEC, 0);
        }
        return writer < 0 ? writer : engine.write(writer, address, length, sent);
    }

    private void sent(long result) {
        long outcome = result;
        if (result == -Errno.EAGAIN && !interrupted) {
            outcome = beginSend();
            if (outcome == 0) {
                return;
            }
        }
        completed(Kind.SEND, outcome);
    }

    /**
     * Connects on a new thread, because there is no aio_connect. Clears the time limit of sends
     * meanwhile, which would end the connect, too.
     */
    @Override
    public void beginConnect(InetSocketAddress remote) {
        SocketCalls.setSendTimeout(descriptor(), 0);
        Thread.ofPlatform().name("sluice-connect").daemon().start(() -> {
            long result = interrupted ? -Errno.ECANCELED : socket.connect(remote);
            SocketCalls.setSendTimeout(descriptor(), SEND_MILLIS);
            engine.ended(() -> completed(Kind.CONNECT, result));
        });
    }

    /**
     * aio_cancel(3) does not end an operation that has started. A shutdown ends a receive and a
     * connect. A shutdown for sends would send FIN, a regular end, so a send ends by its time
     * limit.
     */
    @Override
    public void interrupt() {
        interrupted = true;
        shutdownInput();
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return socket.peer();
    }

    @Override
    public void shutdownInput() {
        socket.shutdownInput();
    }

    @Override
    public void shutdownOutput() {
        socket.shutdownOutput();
    }

    /** Closing the last descriptor sends RST. */
    @Override
    public void abort() {
        closeWriter();
        socket.abort();
    }

    @Override
    public void close() {
        closeWriter();
        socket.close();
    }

    private void closeWriter() {
        if (writer >= 0) {
            FileCalls.close(writer);
        }
    }

    @Override
    public int descriptor() {
        return socket.descriptor();
    }

    @Override
    public SelectableChannel channel() {
        return socket.channel();
    }
}
