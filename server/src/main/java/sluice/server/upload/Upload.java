package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.http.UploadFields;
import sluice.io.FileSink;
import sluice.io.LinuxFile;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.server.response.Response;
import sluice.server.root.FileStat;
import sluice.server.root.UploadName;

import java.util.List;

/**
 * Writes the body of one request to a file: the worker's half. The loop's half, {@link
 * UploadReceiver}, collects octets in the {@link FileSink}; a worker writes the collected octets.
 * At the end the file gets its name, or, if the upload is resumable, waits for more octets.
 *
 * <p>Another request for the same upload may take it over at any time. The server then closes this
 * object, which writes nothing more. The lock guards against that, and against a connection that
 * ends while a worker works.
 */
public final class Upload implements UploadReply {
    /** Octets between two reports of a resumable upload's durable offset; each costs a sync. */
    static final long TELL_EVERY = 16 << 20;
    /**
     * The next report also waits for this fraction of all octets, so that even 10 TiB give fewer
     * than 64 heads. Clients limit the number of 1xx heads.
     */
    private static final int TELL_FRACTION = 4;

    /** The outcome of a write to a closed upload. */
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
     * The octets that one request adds to an upload.
     *
     * @param offset where they begin
     * @param most offset that they must not pass
     * @param first whether this request begins the upload
     * @param complete whether the file is complete after this request
     * @param interop whether the client understands 104
     * @param target the directory to which this request uploads; null if an earlier one chose it
     * @param promises about these octets alone
     */
    record Part(
            long offset,
            long most,
            boolean first,
            boolean complete,
            boolean interop,
            @Nullable FileStat target,
            List<Promise> promises) {
        /** The octets that a request brings. */
        static Part of(
                UploadRequest request,
                long offset,
                long most,
                boolean first,
                @Nullable FileStat target) {
            return new Part(
                    offset,
                    most,
                    first,
                    request.isComplete(),
                    request.fields().interop(),
                    target,
                    request.promisedOfContent());
        }

        /** Whether a client knows, or will know, where to ask for an upload that was cut. */
        boolean canBeFound() {
            return !first || interop || !complete;
        }
    }

    /**
     * @param request the request that names the target
     * @param state if the upload is resumable, else null
     * @param tear ends the connection that sends the body, if another request takes over
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

    /** The sink for the body. Its loop's half belongs to the connection's loop. */
    public FileSink sink() {
        return sink;
    }

    /**
     * The most octets that the body may have. If its length is known and too long, {@link
     * UploadStore#noRoom} has refused the request by its head.
     */
    long most() {
        return part.most() - part.offset();
    }

    /** The durable offset to tell the client, or 0 for none. Read it after {@link #write}. */
    long safe() {
        return safe;
    }

    // On a worker

    /**
     * Writes the collected octets. An offset that the client is told must survive a crash, so this
     * syncs the file now and then.
     *
     * @param length of the body, if it is known
     * @param tells whether the connection takes 1xx responses
     * @return the response if the upload cannot continue, else null
     */
    synchronized @Nullable Response write(long length, boolean tells) {
        safe = 0;
        long written = flush();
        long done = offset - part.offset();
        boolean due = tells && part.interop() && done >= tellAt && done < length;
        if (written >= 0 && due) {
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
     * Makes the written octets durable. Returns the offset after them, 0 if the upload is closed or
     * not resumable, or a negative outcome. After a failure nobody knows what is on the disk, and
     * the next sync may succeed (fsync(2)), so the upload keeps nothing.
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

    /** Ends a received body. Returns the response, or null if another request has taken over. */
    public synchronized @Nullable Response finish() {
        long result = flush();
        sink.close();
        if (result == TAKEN_OVER) {
            return null;
        }
        if (result < 0) {
            return failed(result);
        }
        Response refusal = refusal(part.promises(), part.offset());
        if (refusal != null) {
            abandon();
            return state == null ? refusal : UploadResponses.complete(refusal);
        }
        if (state == null) {
            Response answer = commit();
            end(!answer.isSuccess());
            return answer;
        }
        return part.complete() ? complete(state) : pause();
    }

    private @Nullable Response refusal(List<Promise> promises, long from) {
        return Promise.refusal(promises, new LinuxFile(temp.descriptor(), kernel), from, offset);
    }

    /** Gives the file its name, if its octets are those that were promised. */
    private Response commit() {
        List<Promise> promises = request.promisedOfFile();
        Response refusal = refusal(promises, 0);
        if (refusal != null) {
            return refusal;
        }
        Response answer = store.commit(request, temp, part.target());
        return answer.isSuccess() ? answer.with(Promise.kept(promises)) : answer;
    }

    private Response pause() {
        long synced = sync();
        if (synced < 0) {
            return UploadResponses.failed(synced);
        }
        return close(false)
                ? UploadResponses.paused(part.first(), reference(), offset, store.limits())
                : UploadResponses.failed(-Errno.ENOSPC);
    }

    private String reference() {
        return UploadRequest.reference(path());
    }

    /** The path of the octets below the root. */
    private byte[] path() {
        return temp.directory().pathOf(temp.name());
    }

    private Response complete(UploadState state) {
        if (state.length() != UploadFields.UNKNOWN && state.length() != offset) {
            abandon();
            return UploadResponses.inconsistentLength();
        }
        Response answer = commit();
        boolean remembered = answer.isSuccess() && store.remember(state.completedAt(offset), temp);
        end(!remembered);
        return UploadResponses.complete(answer);
    }

    /**
     * Answers a failed upload. A resumable upload keeps its octets, unless they have filled the
     * disk: then nobody could upload anything until they are deleted.
     */
    synchronized Response failed(long outcome) {
        if (isFull(outcome)) {
            abandon();
        } else {
            interrupt();
        }
        return UploadResponses.failed(outcome);
    }

    private static boolean isFull(long outcome) {
        return outcome == -Errno.ENOSPC || outcome == -Errno.EDQUOT;
    }

    /** Ends the upload after a step threw. What was collected and not written is lost. */
    synchronized void fail() {
        if (!closed) {
            close(state == null);
        }
        sink.close();
    }

    /** Discards the upload, because the client sent more octets than it announced or may send. */
    synchronized Response tooLong() {
        abandon();
        boolean lengthKnown = state != null && state.length() == part.most();
        return lengthKnown
                ? UploadResponses.inconsistentLength()
                : UploadResponses.tooLarge(store.limits());
    }

    /** Ends the body early. A resumable upload keeps its octets. */
    synchronized void interrupt() {
        if (!closed) {
            boolean full = state != null && isFull(flush());
            close(full || state == null);
        }
        sink.close();
    }

    private void abandon() {
        if (!closed) {
            end(true);
        }
        sink.close();
    }

    /**
     * Gives the upload to another request: the client must have given up this one. The sink stays
     * with the connection's loop, which may be collecting.
     */
    void takeOver() {
        tear.run();
        synchronized (this) {
            if (!closed) {
                close(false);
            }
        }
    }

    /** Ends a request whose upload waits for another one, if it may; returns whether it waits. */
    private boolean close(boolean discard) {
        boolean waits = !discard && part.canBeFound() && store.kept().keep(temp, offset);
        end(!waits);
        return waits;
    }

    private void end(boolean discard) {
        closed = true;
        if (discard) {
            temp.directory().remove(temp.name());
            if (state != null) {
                temp.directory().remove(UploadName.stateOf(temp.name()));
            }
            store.kept().remove(path());
        }
        temp.close();
        temp.directory().close();
        store.ended(this);
    }

    /** Whether this upload has the directory open, and will close it. */
    boolean has(WritableDirectory directory) {
        return temp.directory() == directory;
    }

    byte[] name() {
        return temp.name();
    }

    /** The reference of a resumable upload that has just begun, or an empty string. */
    public String newReference() {
        return state != null && part.first() && part.interop() ? reference() : "";
    }
}
