package sluice.io.testing;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.IoResult;
import sluice.io.Socket;
import sluice.linux.Errno;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;

/**
 * A socket around a socket. A record that was changed and that the kernel has not taken whole is
 * kept, and counts as sent when it has left: until then the same bytes are offered again, and
 * ignored. It says ENOSYS to splice, which would put changed bytes into files.
 */
final class XorSocket implements Socket {
    private final Socket plain;
    /** What a receive gives at most, so that more is held as often as by TLS. */
    private static final int RECEIVED_MAX = 4_000;

    private final Block record = new Block(Arena.ofAuto(), XorLayer.RECORD);
    private final Block held = new Block(Arena.ofAuto(), XorLayer.RECORD);
    private int heldFrom;
    private int heldTo;
    private int at;
    private int end;
    private @Nullable String agreed;
    private boolean answered;

    XorSocket(Socket plain) {
        this.plain = plain;
    }

    @Override
    public boolean hasHandshake() {
        return true;
    }

    @Override
    public long handshake() {
        if (agreed == null) {
            long received = plain.receive(record, 0, 1);
            if (received <= 0) {
                return received == 0 ? -Errno.ECONNRESET : received;
            }
            byte hello = record.segment().get(ValueLayout.JAVA_BYTE, 0);
            if (!XorLayer.isHello(hello)) {
                return -Errno.EPROTO;
            }
            agreed = Character.toString(hello);
        }
        long sent = answered ? 1 : plain.send(record, 0, 1, false);
        if (sent <= 0) {
            return sent == IoResult.AGAIN ? IoResult.NO_ROOM : sent;
        }
        answered = true;
        return 0;
    }

    @Override
    public @Nullable String agreed() {
        return agreed;
    }

    @Override
    public long receive(Block block, int from, int to) {
        if (!holdsInput()) {
            long received = plain.receive(held, 0, XorLayer.RECORD);
            if (received <= 0) {
                return received;
            }
            heldFrom = 0;
            heldTo = (int) received;
            XorLayer.change(held, 0, heldTo);
        }
        int length = Math.min(RECEIVED_MAX, Math.min(heldTo - heldFrom, to - from));
        MemorySegment.copy(held.segment(), heldFrom, block.segment(), from, length);
        heldFrom += length;
        return length;
    }

    @Override
    public boolean holdsInput() {
        return heldFrom < heldTo;
    }

    @Override
    public long send(Block block, int from, int to, boolean more) {
        boolean follows = more;
        if (!holdsRecord()) {
            int length = Math.min(to - from, XorLayer.RECORD);
            MemorySegment.copy(block.segment(), from, record.segment(), 0, length);
            recordIs(length);
            follows |= length < to - from;
        }
        return sendRecord(follows);
    }

    /** Whether something is kept that the kernel has not taken. */
    boolean holdsRecord() {
        return end > 0;
    }

    @Override
    public int heldOutput() {
        return end;
    }

    /** Where the next record is to be written, if none is kept. */
    Block record() {
        return record;
    }

    /** So many bytes of a record are there, to be changed and sent. */
    void recordIs(int length) {
        XorLayer.change(record, 0, length);
        at = 0;
        end = length;
    }

    /** Sends what is left; the bytes of the record when all of it has left. */
    long sendRecord(boolean more) {
        while (at < end) {
            long sent = plain.send(record, at, end, more);
            if (sent < 0) {
                return sent;
            }
            at += (int) sent;
        }
        int whole = end;
        end = 0;
        return whole;
    }

    @Override
    public int descriptor() {
        return plain.descriptor();
    }

    @Override
    public SelectableChannel channel() {
        return plain.channel();
    }

    @Override
    public long peek(Block scratch) {
        return holdsInput() ? 1 : plain.peek(scratch);
    }

    @Override
    public long connect(InetSocketAddress address) {
        return plain.connect(address);
    }

    @Override
    public long finishConnect() {
        return plain.finishConnect();
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return plain.peer();
    }

    @Override
    public boolean limitSends(int millis) {
        return plain.limitSends(millis);
    }

    @Override
    public void shutdownInput() {
        plain.shutdownInput();
    }

    @Override
    public void shutdownOutput() {
        plain.shutdownOutput();
    }

    @Override
    public void abort() {
        plain.abort();
    }

    @Override
    public void close() {
        plain.close();
    }
}
