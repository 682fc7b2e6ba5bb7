package sluice.io.copy;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.OpenFile;
import sluice.io.Socket;
import sluice.io.socket.RawSocket;
import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.Kernel;

/**
 * splice(2) from the file into a pipe and from the pipe into the socket: the pipe holds references
 * to page-cache pages, so no byte enters user space. sendfile does the same inside the kernel, with
 * a pipe per thread.
 *
 * <p>If a full socket leaves bytes in the pipe, the connection keeps the pipe until the socket
 * takes the bytes or is closed. If all pipes are in use, or none can be created, sendfile sends the
 * bytes, and the path counts a fallback.
 */
public final class Splice implements CopyPath {
    /**
     * Pipes of a loop: with {@link #SIZE} that is 16 MiB, and the pages in pipes of one user are
     * limited to 64 MiB (pipe(7), pipe-user-pages-soft).
     */
    static final int PIPES = 64;
    /** Four times the default size, and a quarter of what an unprivileged user may set. */
    static final int SIZE = 256 << 10;

    private final Kernel kernel;
    private final Counters counters;
    private final BoundedPool<Pipe> pipes;

    public Splice(Kernel kernel, Counters counters) {
        this.kernel = kernel;
        this.counters = counters;
        pipes = new BoundedPool<>(PIPES, this::open, this::close);
    }

    private @Nullable Pipe open() {
        long made = CopyCalls.pipe();
        if (made < 0) {
            return null;
        }
        // Above the user's limit the pipe keeps its size, which works as well.
        CopyCalls.setPipeSize(CopyCalls.writeEnd(made), SIZE);
        return new Pipe(pipes, CopyCalls.readEnd(made), CopyCalls.writeEnd(made));
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        RawSocket raw = (RawSocket) socket;
        Pipe pipe = raw.pendingCopy() instanceof Pipe its ? its : pipes.take();
        if (pipe == null) {
            counters.add(Counter.COPY_FALLBACKS, 1);
            counters.add(Counter.FILE_CALLS, 1);
            return raw.sendfile(file.descriptor(), offset, length);
        }
        long sent = send(pipe, raw, file.descriptor(), offset, length, more);
        if (pipe.filled() > 0) {
            raw.pendingCopy(pipe);
        } else {
            raw.pendingCopy(null);
            pipe.giveBack();
        }
        return sent;
    }

    private long send(
            Pipe pipe, RawSocket socket, int file, long offset, long length, boolean more) {
        long done = 0;
        while (done < length) {
            if (pipe.filled() == 0) {
                long read = fill(pipe, file, offset + done, length - done);
                if (read <= 0) {
                    return done > 0 ? done : read;
                }
            }
            long want = Math.min(pipe.filled(), length - done);
            long sent = drain(pipe, socket, want, more || done + want < length);
            if (sent < 0) {
                return done > 0 ? done : sent;
            }
            done += sent;
            if (sent < want) {
                return done;
            }
        }
        return done;
    }

    private long fill(Pipe pipe, int file, long offset, long length) {
        int flags = CopyCalls.SPLICE_F_MOVE | CopyCalls.SPLICE_F_NONBLOCK;
        long read;
        do {
            counters.add(Counter.FILE_CALLS, 1);
            read = kernel.spliceFrom(file, offset, pipe.writeEnd(), length, flags);
        } while (read == -Errno.EINTR);
        pipe.add(Math.max(0, read));
        return read;
    }

    private long drain(Pipe pipe, RawSocket socket, long length, boolean more) {
        int flags = CopyCalls.SPLICE_F_MOVE | (more ? CopyCalls.SPLICE_F_MORE : 0);
        long sent;
        do {
            counters.add(Counter.FILE_CALLS, 1);
            sent = kernel.splice(pipe.readEnd(), socket.descriptor(), length, flags);
        } while (sent == -Errno.EINTR);
        pipe.add(-Math.max(0, sent));
        return sent;
    }

    private void close(Pipe pipe) {
        kernel.close(pipe.readEnd());
        kernel.close(pipe.writeEnd());
    }

    /** Pipes that are in use. */
    int inUse() {
        return pipes.inUse();
    }

    @Override
    public void close() {
        pipes.close();
    }
}
