package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.FileSource;
import sluice.io.OpenFile;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One version of a file, open, with everything an answer says of it. Held by the cache and by every
 * answer that is being sent; closed when the last of them lets go. Any thread.
 */
final class FileEntry implements FileSource, Lookup {
    private final OpenFile file;
    private final FileStat stat;
    private final Representation representation;
    private final byte @Nullable [] body;
    private final Answer whole = new WholeFile(this);
    private final AtomicInteger uses = new AtomicInteger(1);
    /** When its name was last found to lead to this version, on the loops' clock. */
    private volatile long checkedAt;
    /** When it was last asked for. Written without order: it only guides eviction. */
    private long usedAt;

    FileEntry(
            OpenFile file,
            FileStat stat,
            Representation representation,
            byte @Nullable [] body,
            long now) {
        this.file = file;
        this.stat = stat;
        this.representation = representation;
        this.body = body;
        checkedAt = now;
        usedAt = now;
    }

    /** Begins a use; false if the entry was closed meanwhile. */
    boolean retain() {
        int now = uses.get();
        while (now > 0 && !uses.compareAndSet(now, now + 1)) {
            now = uses.get();
        }
        return now > 0;
    }

    @Override
    public void release() {
        if (uses.decrementAndGet() == 0) {
            file.close();
        }
    }

    @Override
    public OpenFile file() {
        return file;
    }

    @Override
    public boolean unchanged() {
        return Versions.unchanged(file, stat);
    }

    FileStat stat() {
        return stat;
    }

    long size() {
        return stat.size();
    }

    Representation representation() {
        return representation;
    }

    /** The whole content, if it is small enough to be kept in memory. */
    byte @Nullable [] body() {
        return body;
    }

    /** The answer of a plain GET or HEAD; one object for all of them. */
    Answer whole() {
        return whole;
    }

    /** Bytes of memory that the entry holds. */
    int weight() {
        return body == null ? 0 : body.length;
    }

    boolean checkedSince(long time) {
        return checkedAt - time >= 0;
    }

    void checked(long now) {
        checkedAt = now;
    }

    long usedAt() {
        return usedAt;
    }

    void used(long now) {
        usedAt = now;
    }
}
