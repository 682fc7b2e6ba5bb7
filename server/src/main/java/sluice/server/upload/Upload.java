package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.http.UploadFields;
import sluice.io.FileSink;
import sluice.linux.Kernel;
import sluice.server.response.Response;
import sluice.server.root.UploadName;

/**
 * The body of one request on its way into a file: the worker's half. The loop's half, {@link
 * UploadReceiver}, collects octets in the {@link FileSink}; a worker writes what was collected. At
 * the end the file gets its name, or, if the upload can be resumed, waits for more.
 *
 * <p>Another request for the same upload may take it over at any time: then this one is closed
 * under its feet, and writes nothing more. That, and a connection that ends while a worker works,
 * is what the lock is for.
 */
public final class Upload implements UploadReply {
    /** Of a resumable upload it is told how far it is safe: each time costs a sync. */
    static final long TELL_EVERY = 16 << 20;
    /**
     * And not before so much of the whole has come as well, so that even 10 TiB give fewer than 64
     * heads: clients bound them.
     */
    private static final int TELL_FRACTION = 4;

    /** What a closed upload answers. */
    static final long TAKEN_OVER = -20_001;

    private final UploadStore store;
    private final UploadRequest request;
    private final TempFile temp;
    private final @Nullable UploadState state;
    private final Part part;
    private final Runnable tear;
    private final Kernel kernel;
    private final FileSink sink;
    private long offset;
    private long tellAt = TELL_EVERY;
    private long safe;
    private boolean closed;

    /**
     * What one request adds to an upload.
     *
     * @param offset where it begins
     * @param most where it must not go beyond
     * @param first whether the upload begins with it
     * @param complete whether the file is whole after it
     */
    record Part(long offset, long most, boolean first, boolean complete) {}

    /**
     * @param request the one that says what is to become of the file
     * @param state if it can be resumed
     * @param tear ends the connection the body comes from, if another request takes over
     */
    Upload(
            UploadStore store,
            UploadRequest request,
            TempFile temp,
            @Nullable UploadState state,
            Part part,
            Runnable tear) {
        this.store = store;
        this.request = request;
        this.temp = temp;
        this.state = state;
        this.part = part;
        this.tear = tear;
        kernel = store.kernel();
        sink = new FileSink(kernel, temp.descriptor());
        offset = part.offset();
    }

    /** Where the body goes. Its loop's half belongs to the connection's loop. */
    public FileSink sink() {
        return sink;
    }

    /**
     * More octets of the body are too many. A body whose length is known was refused by its head if
     * it is too long ({@link UploadStore#noRoom}).
     */
    long most() {
        return part.most() - part.offset();
    }

    /** So much is durable, and the client is to be told; or 0. Read after {@link #write}. */
    long safe() {
        return safe;
    }

    // On a worker

    /**
     * Writes what was collected. What is to be told must outlive the machine's crash, so now and
     * then it is made durable.
     *
     * @param length of the body, as far as is known
     * @param tells whether the client can be told
     * @return the answer if the upload cannot go on, else null
     */
    synchronized @Nullable Response write(long length, boolean tells) {
        safe = 0;
        long written = flush();
        long done = offset - part.offset();
        if (written >= 0 && tells && done >= tellAt && done < length) {
            tellAt = done + Math.max(TELL_EVERY, done / TELL_FRACTION);
            safe = sync();
        }
        long worst = Math.min(written, safe);
        return worst < 0 && worst != TAKEN_OVER ? failed(worst) : null;
    }

    private long flush() {
        if (closed) {
            return TAKEN_OVER;
        }
        long written = sink.write(offset);
        offset += Math.max(0, written);
        return written;
    }

    /**
     * Makes what was written outlive a crash: how far the upload is then, 0 if nobody could go on
     * from there, or a negative outcome. Then nobody knows what is on the disk, and the next sync
     * may succeed (fsync(2)): nothing of it is kept.
     */
    private long sync() {
        if (closed || state == null) {
            return 0;
        }
        long synced = kernel.fsync(temp.descriptor());
        if (synced < 0) {
            abandon();
        }
        return synced < 0 ? synced : offset;
    }

    /** The body is there: the answer to its request, or null if another has taken over. */
    public synchronized @Nullable Response finish() {
        long result = flush();
        sink.close();
        if (result == TAKEN_OVER) {
            return null;
        }
        if (result < 0) {
            return failed(result);
        }
        if (state == null) {
            Response answer = store.commit(request, temp);
            close(!answer.isSuccess());
            return answer;
        }
        return part.complete() ? complete(state) : pause();
    }

    private Response pause() {
        long synced = sync();
        if (synced < 0) {
            return UploadResponses.failed(synced);
        }
        Response answer = UploadResponses.paused(
                part.first(), request.beside(temp.name()), offset, store.limits());
        close(false);
        return answer;
    }

    private Response complete(UploadState state) {
        if (state.length() != UploadFields.UNKNOWN && state.length() != offset) {
            abandon();
            return UploadResponses.inconsistentLength();
        }
        Response answer = store.commit(request, temp);
        if (answer.isSuccess()) {
            // The upload is over: whoever misses the answer may still ask for a while.
            state.completedAt(offset).save(temp.directory(), temp.name(), kernel);
            close(false);
        } else {
            abandon();
        }
        return UploadResponses.complete(answer);
    }

    /** The upload cannot go on, and its client is to be told. One that can be resumed stays. */
    synchronized Response failed(long outcome) {
        interrupt();
        return UploadResponses.failed(outcome);
    }

    /** The client sent more than it said or may: nothing of it is kept. */
    synchronized Response tooLong() {
        abandon();
        boolean lengthKnown = state != null && state.length() == part.most();
        return lengthKnown
                ? UploadResponses.inconsistentLength()
                : UploadResponses.tooLarge(store.limits());
    }

    /** The body ends here, whatever was promised. What can be resumed is kept. */
    synchronized void interrupt() {
        if (!closed) {
            if (state != null) {
                flush();
            }
            close(state == null);
        }
        sink.close();
    }

    private void abandon() {
        if (!closed) {
            close(true);
        }
        sink.close();
    }

    /**
     * Another request is about the same upload: this one's client must have given up. The sink is
     * left to the connection's loop, which may be collecting.
     */
    void takeOver() {
        tear.run();
        synchronized (this) {
            if (!closed) {
                close(false);
            }
        }
    }

    private void close(boolean discard) {
        closed = true;
        if (discard) {
            temp.directory().remove(temp.name());
            if (state != null) {
                temp.directory().remove(UploadName.stateOf(temp.name()));
            }
        }
        temp.close();
        temp.directory().close();
        store.ended(this);
    }

    byte[] name() {
        return temp.name();
    }

    /** The reference of an upload that has just begun and can be resumed, or nothing. */
    public String newReference() {
        return state != null && part.first() ? request.beside(temp.name()) : "";
    }
}
