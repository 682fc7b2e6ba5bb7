package sluice.io;

/** sendfile(2): the kernel moves page-cache pages to the socket; nothing enters user space. */
final class Sendfile implements CopyPath {
    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        return ((RawSocket) socket).sendfile(file.descriptor(), offset, length);
    }
}
