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

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;

/** A line with a file's name in, the file and the end out; a reset where there is no such file. */
final class FileByName implements Protocol {
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final Path folder;
    private final EventLoop loop;
    private final long deadline;
    private @Nullable Connection connection;
    private @Nullable SharedFile file;
    private boolean asked;
    private boolean closed;

    private FileByName(Path folder, EventLoop loop) {
        this.folder = folder;
        this.loop = loop;
        deadline = loop.now() + PATIENCE_NANOS;
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
        for (int at = from; at < to && !asked; at++) {
            if (bytes.segment().get(JAVA_BYTE, at) == '\n') {
                byte[] name = bytes.segment().asSlice(from, at - from).toArray(JAVA_BYTE);
                @Nullable SharedFile[] opened = new SharedFile[1];
                asked = true;
                loop.offload(
                        () -> opened[0] = open(new String(name, UTF_8)), () -> found(opened[0]));
                return at + 1 - from;
            }
        }
        return 0;
    }

    /** On a worker, because a disk may be slow. */
    private @Nullable SharedFile open(String name) {
        try {
            boolean outside = name.startsWith(".") || name.contains("/");
            return outside ? null : SharedFile.open(folder.resolve(name), loop);
        } catch (IOException | InvalidPathException noSuchFile) {
            return null;
        }
    }

    /** On the loop again: the connection may have ended meanwhile. */
    private void found(@Nullable SharedFile opened) {
        file = opened;
        if (closed) {
            release();
        } else if (file == null) {
            connection().reset();
        } else {
            connection().resume();
        }
    }

    @Override
    public void produce(SendQueue queue) {
        if (file != null) {
            queue.add(file, 0, file.size()); // The queue ends this use of the file.
            file = null;
            connection().closeWhenSent();
        }
    }

    @Override
    public boolean hasOutput() {
        return file != null;
    }

    @Override
    public boolean wantsInput() {
        return !asked;
    }

    @Override
    public boolean isIdle() {
        return !asked;
    }

    @Override
    public long inputDeadline() {
        return deadline;
    }

    @Override
    public void expired() {}

    @Override
    public void drain() {
        if (!asked) {
            connection().closeWhenSent();
        }
    }

    @Override
    public void closed() {
        closed = true;
        release();
    }

    private void release() {
        if (file != null) {
            file.release();
            file = null;
        }
    }

    private Connection connection() {
        return Objects.requireNonNull(connection, "opened first");
    }
}
