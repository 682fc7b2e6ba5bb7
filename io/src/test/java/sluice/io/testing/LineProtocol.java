package sluice.io.testing;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.FileSink;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Standing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Objects;

/**
 * The suite's language: a line is a command, its answer is lines, patterned bytes and regions of
 * files. See {@link #begin} for the commands.
 */
public final class LineProtocol implements Protocol {
    private final LineService service;
    private final EventLoop loop;
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private @Nullable Connection connection;
    private long since;
    private int skipping;
    private int unstored;
    private long stored;
    private boolean begun;
    private boolean waiting;
    private boolean ending;
    private boolean ended;

    public LineProtocol(LineService service, EventLoop loop) {
        this.service = service;
        this.loop = loop;
        since = loop.now();
    }

    /** A piece of an answer. */
    private interface Part {
        /** Adds as much as there is room for; whether that was all. */
        boolean addTo(SendQueue queue);
    }

    private static final class Memory implements Part {
        private final byte[] bytes;
        private int at;

        Memory(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean addTo(SendQueue queue) {
            int length = Math.min(queue.room(), bytes.length - at);
            MemorySegment.copy(
                    MemorySegment.ofArray(bytes),
                    at,
                    queue.block().segment(),
                    queue.position(),
                    length);
            queue.wrote(length);
            at += length;
            return at == bytes.length;
        }
    }

    private record Region(TestFile file, long offset, long length) implements Part {
        @Override
        public boolean addTo(SendQueue queue) {
            if (!queue.takesRegion()) {
                return false;
            }
            queue.add(file, offset, length);
            return true;
        }
    }

    Connection connection() {
        return Objects.requireNonNull(connection, "opened");
    }

    public EventLoop loop() {
        return loop;
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
        service.opened(this);
        String greeting = service.greeting();
        if (greeting != null) {
            text(greeting);
        }
    }

    @Override
    public int received(Block bytes, int from, int to) {
        if (skipping > 0) {
            return skip(to - from);
        }
        if (unstored > 0) {
            return store(bytes.segment(), from, to - from);
        }
        for (int at = from; at < to; at++) {
            if (bytes.segment().get(ValueLayout.JAVA_BYTE, at) == '\n') {
                byte[] line =
                        bytes.segment().asSlice(from, at - from).toArray(ValueLayout.JAVA_BYTE);
                since = loop.now();
                begun = true;
                begin(new String(line, StandardCharsets.UTF_8).split(" "));
                return at + 1 - from;
            }
        }
        return 0;
    }

    private int skip(int available) {
        int taken = Math.min(skipping, available);
        skipping -= taken;
        if (skipping == 0) {
            text("skipped\n");
        }
        return taken;
    }

    private void begin(String[] words) {
        switch (words[0]) {
            case "echo" -> text(words[1] + "\n");
            case "memory" -> parts.add(new Memory(Patterns.bytes(0, Integer.parseInt(words[1]))));
            case "file" -> region(Long.parseLong(words[1]), Long.parseLong(words[2]));
            case "parts" -> {
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    text("part " + i + "\n");
                    region(i * 100L, 5000);
                }
            }
            case "skip" -> skipping = Integer.parseInt(words[1]);
            case "later" -> {
                waiting = true;
                loop.offload(service.work, () -> answerLater(words[1]));
            }
            case "hold" -> {
                waiting = true;
                service.held.add(this);
            }
            case "store" -> {
                text("storing\n");
                unstored = Integer.parseInt(words[1]);
                storeMore();
            }
            case "quit" -> {
                text("bye\n");
                ending = true;
            }
            case "abort" -> connection().abort(Counter.FAILED);
            case "boom" -> throw new IllegalStateException("boom, as the test asked for");
            default -> throw new AssertionError(words[0]);
        }
    }

    private void region(long offset, long length) {
        parts.add(new Region(service.file().use(), offset, length));
    }

    private void text(String text) {
        parts.add(new Memory(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void answerLater(String word) {
        if (!ended) {
            text(word + "\n");
            release();
        }
    }

    /** What was held is answered; loop thread. */
    void release() {
        waiting = false;
        connection().resume();
    }

    public void releaseWith(String text) {
        text(text);
        release();
    }

    private void storeMore() {
        connection().receiveInto(service.sink(), unstored);
    }

    private int store(MemorySegment bytes, int from, int available) {
        int length = Math.min(Math.min(unstored, available), service.sink().room());
        service.sink().add(bytes, from, length);
        unstored -= length;
        if (unstored == 0 || service.sink().room() == 0) {
            writeToSink();
        }
        return length;
    }

    @Override
    public void receivedInto(FileSink sink) {
        writeToSink();
    }

    /** Has the half that may wait write what was collected. */
    private void writeToSink() {
        waiting = true;
        FileSink sink = service.sink();
        loop.offload(() -> stored += sink.write(stored), () -> {
            if (!ended) {
                unstored -= (int) sink.takeArrived();
                if (unstored == 0) {
                    text("stored\n");
                } else {
                    storeMore();
                }
                release();
            }
        });
    }

    @Override
    public void produce(SendQueue queue) {
        while (!parts.isEmpty() && parts.element().addTo(queue)) {
            parts.remove();
        }
        if (parts.isEmpty() && !waiting) {
            since = loop.now();
            if (ending) {
                connection().closeWhenSent();
            }
        }
    }

    @Override
    public boolean hasOutput() {
        return !parts.isEmpty();
    }

    @Override
    public boolean wantsInput() {
        return isIdle() && !connection().isSending();
    }

    @Override
    public boolean isIdle() {
        return !waiting && parts.isEmpty();
    }

    /** A peer that never gave a command is starting. */
    @Override
    public Standing standing() {
        if (!isIdle() || skipping > 0 || unstored > 0) {
            return Standing.BUSY;
        }
        return begun ? Standing.IDLE : Standing.STARTING;
    }

    @Override
    public long inputDeadline() {
        return since + service.idle().toNanos();
    }

    @Override
    public void expired() {
        text("too late\n");
    }

    @Override
    public void drain() {
        ending = true;
        if (isIdle()) {
            connection().closeWhenSent();
        }
    }

    @Override
    public void closed() {
        ended = true;
        for (Part part : parts) {
            if (part instanceof Region region) {
                region.file().release();
            }
        }
        parts.clear();
        service.closed(this);
    }
}
