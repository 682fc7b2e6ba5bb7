package sluice.examples;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Service;
import sluice.io.SharedFile;

import java.nio.file.Path;

/** A line with a file's name in, the file and the end out; a reset where there is no such file. */
final class FileByName implements Protocol {
    private final Path folder;
    private final EventLoop loop;
    private final long deadline;
    private @Nullable Connection connection; // null before it is open and after its end
    private @Nullable SharedFile file;
    private boolean asked;

    private FileByName(Path folder, EventLoop loop) {
        this.folder = folder;
        this.loop = loop;
        deadline = loop.now() + 30_000_000_000L; // for the line, in nanoseconds
    }

    /** Once on each loop, and once for each connection. */
    static Service in(Path folder) {
        return loop -> () -> new FileByName(folder, loop);
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
    }

    @Override
    public int received(Block bytes, int from, int to) {
        int end = from;
        while (end < to && bytes.segment().get(JAVA_BYTE, end) != '\n') {
            end++;
        }
        if (end == to) {
            return 0; // The rest of the line is still to come.
        }
        byte[] name = bytes.segment().asSlice(from, end - from).toArray(JAVA_BYTE);
        asked = true;
        SharedFile.openIn(folder, new String(name, UTF_8), loop, this::found);
        return end + 1 - from;
    }

    /** On the loop again, after a worker has looked; the connection may have ended meanwhile. */
    private void found(@Nullable SharedFile opened) {
        if (connection != null && opened != null) {
            file = opened;
            connection.resume();
        } else if (connection != null) {
            connection.reset();
        } else if (opened != null) {
            opened.release();
        }
    }

    @Override
    public boolean hasOutput() {
        return file != null;
    }

    @Override
    public void produce(SendQueue queue) {
        if (connection != null && file != null) {
            queue.add(file, 0, file.size()); // The queue ends this use of the file.
            file = null;
            connection.closeWhenSent();
        }
    }

    @Override
    public boolean wantsInput() {
        return !asked;
    }

    @Override
    public long inputDeadline() {
        return deadline;
    }

    @Override
    public void closed() {
        connection = null;
        if (file != null) {
            file.release();
        }
    }
}
