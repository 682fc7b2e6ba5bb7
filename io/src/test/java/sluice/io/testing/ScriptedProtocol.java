package sluice.io.testing;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.FileSink;
import sluice.io.FileSource;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Standing;
import sluice.io.Timers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Takes messages of one byte each; every byte 'a' is answered by 10 bytes, and a test may add to
 * that or have a method throw.
 */
public final class ScriptedProtocol implements Protocol {
    public final List<String> calls = new ArrayList<>();
    public final Queue<FileSource> regions = new ArrayDeque<>();
    public int due;
    public boolean waiting;
    public boolean duplex;
    public long deadline = Timers.NEVER;
    public Standing standing = Standing.BUSY;
    public String throwsIn = "";
    public String farewell = "";
    /** Whose the regions are. */
    public @Nullable Object message;

    @Nullable
    public Connection connection;

    private void called(String name) {
        calls.add(name);
        if (name.equals(throwsIn)) {
            throw new IllegalStateException(name + " failed");
        }
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
        called("opened");
    }

    @Override
    public void failedToOpen(long outcome) {
        called("failedToOpen");
    }

    @Override
    public int received(Block bytes, int from, int to) {
        called("received");
        byte first = bytes.segment().get(java.lang.foreign.ValueLayout.JAVA_BYTE, from);
        if (first == '?') {
            return 0;
        }
        due += first == 'a' ? 10 : 0;
        waiting = first == 'w';
        return 1;
    }

    @Override
    public void receivedInto(FileSink sink) {
        called("receivedInto");
    }

    @Override
    public void produce(SendQueue queue) {
        called("produce");
        int length = Math.min(due, queue.room());
        queue.wrote(length);
        due -= length;
        queue.ownedBy(message);
        for (FileSource region = regions.poll(); region != null; region = regions.poll()) {
            queue.add(region, 0, 1000);
        }
    }

    @Override
    public boolean torn(Object torn) {
        called("torn " + torn);
        return true;
    }

    @Override
    public boolean hasOutput() {
        return due > 0 || !regions.isEmpty();
    }

    @Override
    public boolean wantsInput() {
        return isIdle() && (duplex || connection == null || !connection.isSending());
    }

    @Override
    public boolean isIdle() {
        return !waiting && !hasOutput();
    }

    @Override
    public Standing standing() {
        return standing;
    }

    @Override
    public long inputDeadline() {
        called("inputDeadline");
        return deadline;
    }

    @Override
    public void expired() {
        called("expired");
        due += farewell.length();
    }

    @Override
    public void drain() {
        called("drain");
    }

    @Override
    public void closed() {
        called("closed");
    }
}
