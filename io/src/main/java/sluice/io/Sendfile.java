package sluice.io;

/** sendfile(2): the kernel moves page-cache pages to the socket; nothing enters user space. */
final class Sendfile implements CopyPath {
    private final Counters counters;

    Sendfile(Counters counters) {
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
