package sluice.server.http2;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.FileSink;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Standing;
import sluice.io.TransferMeter;

import java.util.function.Supplier;

/**
 * A connection without TLS whose client may know that the server speaks HTTP/2 (RFC 9113 section
 * 3.3): its first octets say which of the two protocols it speaks.
 */
public final class PriorKnowledge implements Protocol {
    private final Supplier<Protocol> http2;
    private Protocol chosen;
    private @Nullable Connection connection;
    private boolean decided;

    /**
     * @param other speaks first with who does not speak HTTP/2
     */
    public PriorKnowledge(Supplier<Protocol> other, Supplier<Protocol> http2) {
        chosen = other.get();
        this.http2 = http2;
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
        chosen.opened(opened);
    }

    @Override
    public int received(Block bytes, int from, int to) {
        if (!decided) {
            int length = Math.min(to - from, FrameReader.PREFACE.length);
            boolean fits = true;
            for (int i = 0; i < length && fits; i++) {
                fits = bytes.segment().get(JAVA_BYTE, from + i) == FrameReader.PREFACE[i];
            }
            if (fits && length < FrameReader.PREFACE.length) {
                return 0;
            }
            decided = true;
            if (fits && connection != null) {
                chosen.closed();
                chosen = http2.get();
                chosen.opened(connection);
            }
        }
        return chosen.received(bytes, from, to);
    }

    @Override
    public void receivedInto(FileSink sink) {
        chosen.receivedInto(sink);
    }

    @Override
    public void produce(SendQueue queue) {
        chosen.produce(queue);
    }

    @Override
    public @Nullable TransferMeter meter() {
        return chosen.meter();
    }

    @Override
    public void sent() {
        chosen.sent();
    }

    @Override
    public boolean torn(Object message) {
        return chosen.torn(message);
    }

    @Override
    public boolean hasOutput() {
        return chosen.hasOutput();
    }

    @Override
    public boolean wantsInput() {
        return chosen.wantsInput();
    }

    @Override
    public boolean isIdle() {
        return chosen.isIdle();
    }

    @Override
    public Standing standing() {
        return chosen.standing();
    }

    @Override
    public void inputEnded() {
        chosen.inputEnded();
    }

    @Override
    public long inputDeadline() {
        return chosen.inputDeadline();
    }

    @Override
    public void expired() {
        chosen.expired();
    }

    @Override
    public void drain() {
        chosen.drain();
    }

    @Override
    public void closed() {
        chosen.closed();
    }
}
