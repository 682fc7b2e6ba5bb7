package sluice.server.archive;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;
import sluice.io.Work;
import sluice.server.content.FileEntry;
import sluice.server.content.Lookup;
import sluice.server.response.Body;
import sluice.server.response.Pieces;
import sluice.server.root.PathKey;

import java.util.Arrays;

/**
 * Sends an archive: heads and padding from memory, and of each file the region that is wanted. A
 * file is opened when it is its turn, by the loop if its name is cached, else by a worker.
 *
 * <pre>
 *   SENDING --name not cached--> COLD --await--> OPENING --the worker has ended--> SENDING
 *      |                                                                              |
 *      +-----------------another version, or no file-----> TORN <---------------------+
 * </pre>
 *
 * <p>Loop thread only, but for what a worker leaves behind.
 */
public final class ArchivePieces implements Pieces {
    /** Opens files for one loop. */
    public interface Files {
        /**
         * Looks up a file, without a wait if this thread must not wait.
         *
         * @return as of {@link sluice.server.content.FileCache#find}
         */
        Lookup find(PathKey path);

        /** Looks up a file; may block. */
        Lookup findSlowly(PathKey path);

        /** As the method of {@link sluice.io.EventLoop}. */
        void offload(Work kind, Runnable work, Runnable then);
    }

    private enum State {
        SENDING,
        COLD,
        OPENING,
        TORN
    }

    private final Archive archive;
    private final long end;
    private final Files files;
    private State state = State.SENDING;
    private Counter reason = Counter.FILE_CHANGED;
    private int index;
    /** Where the next piece begins in the tar. */
    private long at;

    // Under this object's lock: the connection may close while a worker opens a file
    private @Nullable Lookup opened;
    private boolean closed;

    ArchivePieces(Archive archive, long start, long end, Files files) {
        this.archive = archive;
        this.end = end;
        this.files = files;
        at = start;
        index = archive.at(start);
    }

    @Override
    public @Nullable Body next() {
        if (state != State.SENDING) {
            return null;
        }
        while (index < archive.count()) {
            byte[] head = archive.head(index);
            long content = archive.start(index) + head.length;
            long contentEnd = content + archive.entry(index).size();
            if (at < content) {
                int from = (int) (at - archive.start(index));
                int to = (int) Math.min(head.length, end - archive.start(index));
                at += to - from;
                return new Body.Memory(Arrays.copyOfRange(head, from, to));
            }
            if (at < contentEnd) {
                return content(at - content, Math.min(contentEnd, end) - content);
            }
            long next = archive.start(index + 1);
            if (at < next) {
                return zeros(Math.min(next, end));
            }
            index++;
        }
        return zeros(end);
    }

    private Body zeros(long to) {
        Body zeros = new Body.Memory(new byte[(int) (to - at)]);
        at = to;
        return zeros;
    }

    private @Nullable Body content(long from, long to) {
        Lookup found = takeOpened();
        if (found == null) {
            found = files.find(path());
        }
        if (found == Lookup.Missing.COLD) {
            state = State.COLD;
            return null;
        }
        if (found instanceof FileEntry entry) {
            if (entry.stat().sameVersion(archive.entry(index).stat())) {
                at += to - from;
                return new Body.Region(entry, from, to);
            }
            entry.release();
        }
        state = State.TORN;
        if (found == Lookup.Missing.FAILED) {
            reason = Counter.FAILED;
        } else {
            archive.outdate();
        }
        return null;
    }

    private PathKey path() {
        byte[] path = archive.served(index);
        return new PathKey().set(path, 0, path.length);
    }

    @Override
    public @Nullable Counter await(Runnable ready) {
        if (state == State.COLD) {
            state = State.OPENING;
            PathKey path = path();
            files.offload(Work.QUICK, () -> open(path), () -> {
                if (state == State.OPENING) {
                    state = State.SENDING;
                    ready.run();
                }
            });
        }
        return state == State.TORN ? reason : null;
    }

    /** Called by a worker. */
    private void open(PathKey path) {
        Lookup found = Lookup.Missing.FAILED;
        try {
            found = files.findSlowly(path);
        } finally {
            leave(found);
        }
    }

    private synchronized void leave(Lookup found) {
        opened = found;
        if (closed) {
            releaseOpened();
        }
    }

    private synchronized @Nullable Lookup takeOpened() {
        Lookup taken = opened;
        opened = null;
        return taken;
    }

    private void releaseOpened() {
        if (takeOpened() instanceof FileEntry entry) {
            entry.release();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        state = State.TORN;
        releaseOpened();
    }
}
