package sluice.io.copy;

import sluice.io.CopyPath;
import sluice.io.Counters;
import sluice.io.IoResult;
import sluice.io.OpenFile;
import sluice.io.Pool;
import sluice.io.Socket;
import sluice.linux.Errno;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Gives each asynchronous send its own copy path, because the kernel uses the path's buffer until
 * the send has ended ({@link #ended}).
 */
public final class PooledCopy implements CopyPath {
    private final Pool<CopyPath> paths;
    private final Counters counters;
    private final Map<Socket, CopyPath> inUse = new IdentityHashMap<>();

    public PooledCopy(Pool<CopyPath> paths, Counters counters) {
        this.counters = counters;
        this.paths = paths;
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        CopyPath path = paths.take();
        if (path == null) {
            return -Errno.ENOBUFS;
        }
        long begun = path.send(socket, file, offset, length, more);
        if (begun == IoResult.BEGUN) {
            inUse.put(socket, path);
        } else {
            paths.give(path);
        }
        return begun;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    /** Releases the copy path of the socket's send that has ended, if it sent a file. */
    public void ended(Socket socket) {
        CopyPath path = inUse.remove(socket);
        if (path != null) {
            paths.give(path);
        }
    }
}
