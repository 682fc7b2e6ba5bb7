package sluice.io.testing;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.CopyPath;
import sluice.io.FileChunk;
import sluice.io.IoResult;
import sluice.io.MemoryChunk;
import sluice.io.Transport;
import sluice.io.UnparsedInput;
import sluice.io.loop.LoopTransport;
import sluice.io.loop.SharedLoop;
import sluice.linux.Errno;

import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * A transport around a transport, whose owner it is. What is received is changed on its way up;
 * what is sent is read into a block, changed and sent from there, and counts as sent when the block
 * has left. It cannot be spliced, as {@link Transport} says by itself.
 *
 * <pre>
 *   AWAITING_HELLO --first byte--> ANSWERING --has left--> OPEN
 * </pre>
 */
final class XorTransport implements LoopTransport, Transport.Owner {
    private enum Phase {
        AWAITING_HELLO,
        /** Nothing is received before the answer has left. */
        ANSWERING,
        OPEN
    }

    private final SharedLoop loop;
    private final LoopTransport plain;
    private final CopyPath path;
    private final UnparsedInput early;
    private final Runnable report = this::report;
    private @Nullable Owner owner;
    private @Nullable String agreed;
    private Phase phase = Phase.AWAITING_HELLO;
    private boolean ended;
    private @Nullable Chunk sending;
    private boolean more;
    /** Borrowed while a record is on its way; the memory is the kernel's until it has left. */
    private @Nullable Block block;

    private @Nullable MemoryChunk record;
    /** Bytes of the record, or what is wrong. */
    private long result;

    XorTransport(SharedLoop loop, LoopTransport plain, CopyPath path) {
        this.loop = loop;
        this.plain = plain;
        this.path = path;
        early = new UnparsedInput(loop.resources().blocks());
    }

    private Owner owner() {
        return Objects.requireNonNull(owner, "begun");
    }

    @Override
    public long begin(Owner told, @Nullable InetSocketAddress remote) {
        owner = told;
        long begun = plain.begin(this, remote);
        return begun < 0 ? begun : -Errno.EINPROGRESS;
    }

    @Override
    public @Nullable String agreed() {
        return agreed;
    }

    // The handshake

    private void greeted(Block bytes, int from, int to) {
        byte hello = bytes.segment().get(ValueLayout.JAVA_BYTE, from);
        Block answer = borrow();
        boolean kept = from + 1 == to || early.add(bytes, from + 1, to);
        if (answer == null || !kept || !XorLayer.isHello(hello)) {
            owner().failedToOpen(-Errno.EPROTO);
            return;
        }
        agreed = Character.toString(hello);
        phase = Phase.ANSWERING;
        plain.receive(false);
        answer.segment().set(ValueLayout.JAVA_BYTE, 0, hello);
        sendRecord(answer, 1, false);
    }

    private void answered(long count) {
        giveBack();
        if (count < 0) {
            owner().failedToOpen(count);
            return;
        }
        phase = Phase.OPEN;
        plain.receive(true);
        owner().opened();
        if (!ended && !early.isEmpty()) {
            received(early.block(), early.from(), early.to());
        }
        early.drop();
    }

    // Down

    @Override
    public void send(Chunk chunk, boolean another) {
        sending = chunk;
        more = another;
        trySend(chunk);
    }

    private void trySend(Chunk chunk) {
        Block into = borrow();
        long read = into == null ? IoResult.NO_BUFFER : chunk.readInto(into, path);
        if (read > 0 && into != null) {
            int length = (int) read;
            XorLayer.change(into, 0, length);
            result = read;
            sendRecord(into, length, more || read < chunk.remaining());
            return;
        }
        giveBack();
        if (read == IoResult.COLD) {
            loop.load((FileChunk) chunk, path, this::loaded);
        } else {
            result = read;
            loop.completions().add(report, false);
        }
    }

    private void loaded(long failure) {
        if (ended || sending == null) {
            return;
        }
        if (failure < 0) {
            result = failure;
            loop.completions().add(report, false);
        } else {
            trySend(sending);
        }
    }

    private void report() {
        if (!ended) {
            owner().sent(result);
        }
    }

    private @Nullable Block borrow() {
        block = loop.resources().blocks().take();
        return block;
    }

    private void sendRecord(Block from, int length, boolean follows) {
        MemoryChunk changed = new MemoryChunk(from);
        changed.set(0, length);
        record = changed;
        plain.send(changed, follows);
    }

    private void giveBack() {
        if (block != null) {
            loop.resources().blocks().give(block);
            block = null;
            record = null;
        }
    }

    @Override
    public void receive(boolean on) {
        plain.receive(on);
    }

    @Override
    public void awaitReadable() {
        plain.awaitReadable();
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return plain.peer();
    }

    @Override
    public void shutdownOutput() {
        plain.shutdownOutput();
    }

    @Override
    public void abort() {
        ended = true;
        plain.abort();
    }

    @Override
    public void close() {
        ended = true;
        plain.close();
    }

    // Up

    @Override
    public void opened() {
        throw new IllegalStateException("layer xor lies over connections of clients only");
    }

    @Override
    public void failedToOpen(long outcome) {
        owner().failedToOpen(outcome);
    }

    @Override
    public void received(Block bytes, int from, int to) {
        if (phase == Phase.AWAITING_HELLO) {
            greeted(bytes, from, to);
        } else {
            XorLayer.change(bytes, from, to);
            owner().received(bytes, from, to);
        }
    }

    @Override
    public void readable() {
        owner().readable();
    }

    @Override
    public void inputEnded() {
        if (phase == Phase.OPEN) {
            owner().inputEnded();
        } else {
            owner().failedToOpen(-Errno.ECONNRESET);
        }
    }

    @Override
    public void sent(long count) {
        MemoryChunk sent = Objects.requireNonNull(record, "a record is on its way");
        if (count > 0) {
            sent.advance(count);
            if (sent.remaining() > 0) {
                plain.send(sent, more);
                return;
            }
        }
        if (phase == Phase.ANSWERING) {
            answered(count);
            return;
        }
        giveBack();
        sending = null;
        owner().sent(count < 0 ? count : result);
    }

    @Override
    public void failed(long outcome) {
        if (phase == Phase.OPEN) {
            owner().failed(outcome);
        } else {
            owner().failedToOpen(outcome);
        }
    }

    @Override
    public void collected() {
        giveBack();
        early.drop();
        owner().collected();
    }
}
