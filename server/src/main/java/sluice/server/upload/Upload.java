package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.http.UploadFields;
import sluice.io.Connection;
import sluice.io.SocketToFile;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.server.response.Response;
import sluice.server.root.UploadName;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The body of one request on its way into a file. The connection's loop collects octets, in a
 * buffer or in a pipe; a worker writes what was collected, while the loop collects nothing. At the
 * end the file gets its name, or, if the upload can be resumed, waits for more.
 *
 * <p>Another request for the same upload may take it over at any time: then this one is closed
 * under its feet, and writes nothing more.
 */
public final class Upload implements UploadReply {
    /** Four receives: a worker's turn costs less than what it writes. */
    static final int BUFFER = 64 << 10;

    private static final System.Logger LOG = System.getLogger("sluice.server");

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
    private final SocketToFile intake;
    private @Nullable FileChannel channel;
    private long offset;
    private long transferred;
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
        intake = new SocketToFile(kernel);
        offset = part.offset();
    }

    // On the connection's loop, while no worker writes

    /**
     * Whether so many octets more than were collected are too many. A body whose length is known
     * was refused by its head if it is ({@link UploadStore#noRoom}).
     */
    boolean exceeds(long octets) {
        return octets > part.most() - offset - buffered - intake.collected();
    }

    /** Octets that were written since it was last asked and that no user space has seen. */
    long takeUnseen() {
        return intake.takeUnseen();
    }

    /** Octets that {@link #transfer} has moved since it was last asked. */
    long takeTransferred() {
        long octets = transferred;
        transferred = 0;
        return octets;
    }

    int room() {
        return BUFFER - buffered;
    }

    boolean isEmpty() {
        return buffered == 0;
    }

    public void add(MemorySegment bytes, int from, int length) {
        MemorySegment.copy(bytes, from, buffer, buffered, length);
        buffered += length;
    }

    /** Whether octets may come past the buffer, as far as is known. */
    boolean bypassesBuffer() {
        return intake.works();
    }

    /** Moves octets from the socket into the pipe, which nobody else sees: how many. */
    long splice(Connection connection, long most) {
        return intake.collect(connection, most);
    }

    // On a worker

    /** Writes what was collected: a negative outcome if that fails. */
    synchronized long flush() {
        if (closed) {
            return TAKEN_OVER;
        }
        long written = writeBuffer();
        if (written >= 0 && intake.collected() > 0) {
            written = intake.write(temp.descriptor(), offset);
            offset += Math.max(0, written);
        }
        return written;
    }

    /**
     * Makes what was written outlive a crash: how far the upload is then, 0 if nobody could go on
     * from there, or a negative outcome. Then nobody knows what is on the disk, and the next sync
     * may succeed (fsync(2)): nothing of it is kept.
     */
    synchronized long sync() {
        if (closed || state == null) {
            return 0;
        }
        long synced = kernel.fsync(temp.descriptor());
        if (synced < 0) {
            abandon();
        }
        return synced < 0 ? synced : offset;
    }

    /** Moves octets from a java.nio socket into the file: a negative outcome if that fails. */
    synchronized long transfer(Connection connection, long most) {
        if (closed) {
            return TAKEN_OVER;
        }
        try {
            FileChannel file = channel == null ? open(temp) : channel;
            channel = file;
            long moved = intake.transfer(connection, file, offset, most);
            transferred += Math.max(0, moved);
            offset += Math.max(0, moved);
            return moved;
        } catch (IOException e) {
            return -Errno.EIO;
        }
    }

    /** java.nio cannot adopt a descriptor (proc(5)); this one has no part in the lock. */
    private static FileChannel open(TempFile file) throws IOException {
        Path path = Path.of("/proc/self/fd/" + file.descriptor());
        return FileChannel.open(path, StandardOpenOption.WRITE);
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

    /** The body is there: the answer to its request, or null if another has taken over. */
    public synchronized @Nullable Response finish() {
        long result = flush();
        intake.close();
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
        intake.close();
    }

    private void abandon() {
        if (!closed) {
            close(true);
        }
        intake.close();
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
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a channel was not closed", e);
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
