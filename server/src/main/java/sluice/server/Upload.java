package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.http.UploadFields;
import sluice.io.Connection;
import sluice.io.Outcome;
import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The body of one request on its way into a file. The connection's loop collects octets, in a
 * buffer or in a pipe; a worker writes what was collected, while the loop collects nothing. At the
 * end the file gets its name, or, if the upload can be resumed, waits for more.
 *
 * <p>Another request for the same upload may take it over at any time: then this one is closed
 * under its feet, and writes nothing more.
 */
final class Upload implements UploadReply {
    /** Four receives: a worker's turn costs less than what it writes. */
    static final int BUFFER = 64 << 10;
    /** What a pipe is asked to hold: what a socket's buffer has at most, mostly. */
    private static final int PIPE = 1 << 20;

    /** What a closed upload answers. */
    static final long TAKEN_OVER = -20_001;

    private final UploadStore store;
    private final UploadRequest request;
    private final TempFile temp;
    private final @Nullable UploadState state;
    private final Part part;
    private final Runnable tear;
    private final Kernel kernel;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER, 64);
    private int buffered;
    private long pipe = -1;
    private long piped;
    private long unseen;
    private boolean splices = true;
    private long offset;
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
        offset = part.offset();
    }

    // On the connection's loop, while no worker writes

    /** Whether so many octets more than were collected are too many. */
    boolean exceeds(long octets) {
        return octets > part.most() - offset - buffered - piped;
    }

    /** Octets that were written since it was last asked and that no user space has seen. */
    long takeUnseen() {
        long octets = unseen;
        unseen = 0;
        return octets;
    }

    int room() {
        return BUFFER - buffered;
    }

    boolean isEmpty() {
        return buffered == 0;
    }

    void add(MemorySegment bytes, int from, int length) {
        MemorySegment.copy(bytes, from, buffer, buffered, length);
        buffered += length;
    }

    /** Whether octets may come by {@link #splice}, as far as is known. */
    boolean splices() {
        return splices;
    }

    /** Moves octets from the socket into the pipe, which nobody else sees: how many. */
    long splice(Connection connection, long most) {
        if (pipe < 0 && !openPipe()) {
            splices = false;
            return Outcome.AGAIN;
        }
        long moved = connection.splice(CopyCalls.writeEnd(pipe), Math.min(most, PIPE));
        if (moved > 0) {
            piped += moved;
        } else if (moved != Outcome.AGAIN) {
            splices = false;
        }
        return moved;
    }

    private boolean openPipe() {
        pipe = CopyCalls.pipe();
        if (pipe >= 0) {
            CopyCalls.setPipeSize(CopyCalls.writeEnd(pipe), PIPE);
        }
        return pipe >= 0;
    }

    // On a worker

    /** Writes what was collected: a negative outcome if that fails. */
    synchronized long flush() {
        if (closed) {
            return TAKEN_OVER;
        }
        long written = writeBuffer();
        return written < 0 ? written : drainPipe();
    }

    private long writeBuffer() {
        int done = 0;
        while (done < buffered) {
            long wrote = kernel.pwrite(
                    temp.descriptor(), buffer.address() + done, buffered - done, offset);
            if (wrote == -Errno.EINTR) {
                continue;
            }
            if (wrote <= 0) {
                buffered = 0;
                return wrote == 0 ? -Errno.ENOSPC : wrote;
            }
            done += (int) wrote;
            offset += wrote;
        }
        buffered = 0;
        return done;
    }

    private long drainPipe() {
        int from = CopyCalls.readEnd(pipe);
        while (piped > 0) {
            long moved = kernel.spliceTo(from, temp.descriptor(), offset, piped, 0);
            if (moved > 0) {
                unseen += moved;
                offset += moved;
            } else if (moved == -Errno.EINVAL) {
                // A file system that takes no pipe: what is in it goes by the buffer.
                splices = false;
                moved = copyFromPipe(from);
            }
            if (moved == 0 || moved < 0 && moved != -Errno.EINTR) {
                piped = 0;
                return moved == 0 ? -Errno.EIO : moved;
            }
            piped -= Math.max(0, moved);
        }
        return 0;
    }

    private long copyFromPipe(int from) {
        long read = FileCalls.read(from, buffer.address(), Math.min(piped, BUFFER));
        buffered = (int) Math.max(0, read);
        return read <= 0 ? read : writeBuffer();
    }

    /** The body is there: the answer to its request, or null if another has taken over. */
    synchronized @Nullable Message finish() {
        long result = flush();
        closePipe();
        if (result == TAKEN_OVER) {
            return null;
        }
        if (result < 0) {
            return failed(result);
        }
        if (state == null) {
            Message answer = store.commit(request, temp);
            close(!answer.isSuccess());
            return answer;
        }
        return part.complete() ? complete(state) : pause();
    }

    private Message pause() {
        long synced = kernel.fsync(temp.descriptor());
        if (synced < 0) {
            return failed(synced);
        }
        Message answer = UploadMessages.paused(
                part.first(), request.beside(temp.name()), offset, store.limits());
        close(false);
        return answer;
    }

    private Message complete(UploadState state) {
        if (state.length() != UploadFields.UNKNOWN && state.length() != offset) {
            abandon();
            return UploadMessages.inconsistentLength();
        }
        Message answer = store.commit(request, temp);
        if (answer.isSuccess()) {
            // The upload is over: whoever misses the answer may still ask for a while.
            state.completedAt(offset).save(temp.directory(), temp.name(), kernel);
            close(false);
        } else {
            abandon();
        }
        return answer.with("Upload-Complete: ?1\r\n");
    }

    /** The upload cannot go on, and its client is to be told. One that can be resumed stays. */
    synchronized Message failed(long outcome) {
        interrupt();
        return UploadMessages.failed(outcome);
    }

    /** The client sent more than it said or may: nothing of it is kept. */
    synchronized Message tooLong() {
        abandon();
        boolean lengthKnown = state != null && state.length() == part.most();
        return lengthKnown
                ? UploadMessages.inconsistentLength()
                : UploadMessages.tooLarge(store.limits());
    }

    /** The body ends here, whatever was promised. What can be resumed is kept. */
    synchronized void interrupt() {
        if (!closed) {
            if (state != null) {
                flush();
            }
            close(state == null);
        }
        closePipe();
    }

    private void abandon() {
        if (!closed) {
            close(true);
        }
        closePipe();
    }

    private void closePipe() {
        if (pipe >= 0) {
            FileCalls.close(CopyCalls.readEnd(pipe));
            FileCalls.close(CopyCalls.writeEnd(pipe));
            pipe = -1;
        }
    }

    /**
     * Another request is about the same upload: this one's client must have given up. The pipe is
     * left to the connection's loop, which may be using it.
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
    String newReference() {
        return state != null && part.first() ? request.beside(temp.name()) : "";
    }
}
