package sluice.io.copy;

import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.OpenFile;
import sluice.io.Socket;
import sluice.io.socket.RawSocket;

/** sendfile(2): the kernel moves page-cache pages to the socket; nothing enters user space. */
public final class Sendfile implements CopyPath {
    private final Counters counters;

    public Sendfile(Counters counters) {
        this.counters = counters;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        counters.add(Counter.FILE_CALLS, 1);
        return ((RawSocket) socket).sendfile(file.descriptor(), offset, length);
    }
}
