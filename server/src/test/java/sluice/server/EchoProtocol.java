package sluice.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Service;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/** Sends back what it receives: no HTTP, on the same loops. */
final class EchoProtocol implements Protocol {
    private static final byte[] NOTHING = {};

    private byte[] due = NOTHING;
    private @Nullable Connection connection;

    static Service service() {
        return _ -> EchoProtocol::new;
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
    }

    @Override
    public int received(Block bytes, int from, int to) {
        due = bytes.segment().asSlice(from, to - from).toArray(JAVA_BYTE);
        return to - from;
    }

    @Override
    public void produce(SendQueue queue) {
        int length = Math.min(due.length, queue.room());
        MemorySegment.copy(due, 0, queue.block().segment(), JAVA_BYTE, queue.position(), length);
        queue.wrote(length);
        due = length == due.length ? NOTHING : Arrays.copyOfRange(due, length, due.length);
    }

    @Override
    public boolean hasOutput() {
        return due.length > 0;
    }

    @Override
    public boolean wantsInput() {
        return due.length == 0;
    }

    @Override
    public boolean isIdle() {
        return due.length == 0;
    }

    @Override
    public long inputDeadline() {
        return Long.MAX_VALUE;
    }

    @Override
    public void expired() {}

    @Override
    public void drain() {
        Objects.requireNonNull(connection, "opened").closeWhenSent();
    }

    @Override
    public void closed() {}
}
