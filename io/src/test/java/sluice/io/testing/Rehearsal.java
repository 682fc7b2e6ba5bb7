package sluice.io.testing;

import sluice.io.Block;
import sluice.io.Counter;
import sluice.io.Service;
import sluice.linux.Errno;

import java.time.Duration;
import java.util.Arrays;

/**
 * A connection without a socket: a test gives it bytes and looks at what it sends. Time passes when
 * the test says so, and what workers are to do is done at once or when the test says so.
 */
public final class Rehearsal implements AutoCloseable {
    private final ManualLoop loop;

    /** Opens a connection to a service. */
    public Rehearsal(Service service) {
        loop = new ManualLoop(service);
        loop.connection().opened();
        loop.run();
    }

    // What a test does

    /** The socket takes at most this many bytes of a file at a time. */
    public Rehearsal window(long bytes) {
        loop.window = bytes;
        return this;
    }

    /** Workers do nothing until {@link #wakeWorkers}. */
    public Rehearsal restWorkers() {
        loop.workersRest = true;
        return this;
    }

    public void wakeWorkers() {
        loop.workersRest = false;
        loop.run();
    }

    /** Bytes of the peer arrive, in receives as large as a loop makes them. */
    public Rehearsal receive(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at += Block.RECEIVE_SIZE) {
            int end = Math.min(to, at + Block.RECEIVE_SIZE);
            loop.input.add(Arrays.copyOfRange(bytes, at, end));
        }
        loop.run();
        return this;
    }

    public Rehearsal receive(byte[] bytes) {
        return receive(bytes, 0, bytes.length);
    }

    /** The peer ends its side. */
    public void endInput() {
        loop.inputEnds = true;
        loop.run();
    }

    /** The peer is gone. */
    public void breakOff() {
        loop.connection().failed(-Errno.ECONNRESET);
        loop.run();
    }

    /** A worker finds out, and the loop has not heard of it yet. */
    public void wakeOneWorker() {
        loop.tasks.remove().run();
    }

    /** The loop ends; what is to be done after a worker's work is done no more. */
    public void endLoop() {
        loop.ended = true;
        loop.connection().abort(Counter.CUT_SHORT);
        loop.run();
    }

    /** Time passes. */
    public void pass(Duration time) {
        loop.pass(time);
        loop.run();
    }

    /** The server wants to stop. */
    public void drain() {
        loop.connection().drain();
        loop.run();
    }

    // What a test sees

    /** Everything sent so far. */
    public byte[] output() {
        return loop.socket.sent();
    }

    /** Whether our side has ended in order. */
    public boolean hasEnded() {
        return loop.outputEnded || loop.closed && !loop.torn;
    }

    public boolean isClosed() {
        return loop.closed;
    }

    /** Whether it was ended by RST. */
    public boolean isTorn() {
        return loop.torn;
    }

    /** Whether it goes on when bytes come; an open connection that does not has hung. */
    public boolean awaitsInput() {
        return !loop.closed && loop.receiving && loop.input.isEmpty();
    }

    /** Buffers that the connection holds. */
    public int buffersInUse() {
        return loop.resources().blocks().inUse() + loop.resources().queues().inUse();
    }

    /** Timers that are set. */
    public int timers() {
        return loop.resources().timers().size();
    }

    public long count(Counter counter) {
        return loop.counted(counter);
    }

    @Override
    public void close() {
        if (!loop.closed) {
            loop.connection().abort(Counter.CUT_SHORT);
        }
        wakeWorkers();
    }
}
