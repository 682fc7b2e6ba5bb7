package sluice.server.content;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.http.ContentCoding;
import sluice.http.Status;
import sluice.io.OpenFile;
import sluice.io.Samples;
import sluice.io.SendQueue;
import sluice.server.response.Body;
import sluice.server.response.Content;
import sluice.server.response.Response;
import sluice.server.root.FileStat;
import sluice.server.root.Versions;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One version of a file, open or in memory, with all that a response says about it. The cache and
 * each response in progress hold a use; the last release closes the file. Any thread may call.
 */
public final class FileEntry implements Content, Lookup {
    private final @Nullable OpenFile file;
    private final FileStat stat;
    private final Samples samples;
    private final Representation representation;
    private final byte @Nullable [] body;
    private final Variants variants;
    private final Response whole;
    private final ReprDigest digest = new ReprDigest();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger uses = new AtomicInteger(1);
    /** When its name last led to this version, on the loops' clock. */
    private volatile long checkedAt;
    /** The last turn in which its file still was this version, on the loops' clock. */
    private volatile long unchangedAt;
    /** Time of the last request. A plain field, since races only make eviction less precise. */
    private long usedAt;

    FileEntry(
            @Nullable OpenFile file,
            FileStat stat,
            Representation representation,
            byte @Nullable [] body,
            Variants variants,
            long now) {
        this.file = file;
        this.stat = stat;
        samples = new Samples(stat.size());
        if (file != null) {
            samples.opened(file);
        }
        this.representation = representation;
        this.body = body;
        this.variants = variants;
        Body all = new Body.Region(this, 0, stat.size());
        whole = new Response(Status.OK, representation.whole(), all);
        checkedAt = now;
        unchangedAt = now;
        usedAt = now;
    }

    @Override
    public boolean retain() {
        int now = uses.get();
        while (now > 0 && !uses.compareAndSet(now, now + 1)) {
            now = uses.get();
        }
        return now > 0;
    }

    @Override
    public void release() {
        if (uses.decrementAndGet() == 0) {
            if (file != null) {
                file.close();
            }
            variants.release();
        }
    }

    @Override
    public OpenFile file() {
        return Objects.requireNonNull(file, "content in memory has no file");
    }

    @Override
    public boolean unchanged() {
        return file == null || Versions.hold(file, stat, samples);
    }

    @Override
    public void sent(long from, long to) {
        if (file != null) {
            samples.sent(file, from, to);
        }
    }

    /** Whether its file is just as it was: a new response may be promised this version. */
    public boolean isCurrent() {
        return file == null || Versions.unchanged(file, stat);
    }

    /** As {@link #isCurrent}; remembers success for the turn that began at {@code now}. */
    boolean isCurrent(long now) {
        boolean current = isCurrent();
        if (current) {
            unchangedAt = now;
        }
        return current;
    }

    @Override
    public boolean unchangedSince(long time) {
        return file == null || unchangedAt - time >= 0;
    }

    /** The version. */
    public FileStat stat() {
        return stat;
    }

    public long size() {
        return stat.size();
    }

    public Representation representation() {
        return representation;
    }

    @Override
    public boolean inMemory() {
        return body != null;
    }

    @Override
    public void addTo(SendQueue queue, long start, long length) {
        if (body != null) {
            MemorySegment memory = queue.block().segment();
            int from = (int) start;
            MemorySegment.copy(body, from, memory, JAVA_BYTE, queue.position(), (int) length);
            queue.wrote((int) length);
        } else if (retain()) {
            queue.add(this, start, length);
        }
    }

    /** The content in other codings. */
    public Variants variants() {
        return variants;
    }

    /** Digests of this representation. */
    public ReprDigest digest() {
        return digest;
    }

    /** Passes the whole content to {@code sink}; blocks. False if a read fails. */
    boolean readTo(Consumer<ByteBuffer> sink) {
        if (body == null) {
            return file().readTo(size(), sink);
        }
        sink.accept(ByteBuffer.wrap(body));
        return true;
    }

    /** Whether this is the first request for a coding. */
    boolean ask(ContentCoding coding) {
        int before = asked.get();
        return (before & coding.bit()) == 0 && asked.compareAndSet(before, before | coding.bit());
    }

    /** The response to a plain GET or HEAD; all such requests share one object. */
    public Response whole() {
        return whole;
    }

    /** Number of files that the entry keeps open. */
    int openFiles() {
        return (file == null ? 0 : 1) + variants.openFiles();
    }

    /** Number of bytes that the entry keeps in memory. */
    int weight() {
        return (body == null ? 0 : body.length) + variants.weight();
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
