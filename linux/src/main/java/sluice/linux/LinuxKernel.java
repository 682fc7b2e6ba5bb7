package sluice.linux;

/** Delegates to the static calls. */
final class LinuxKernel implements Kernel {
    @Override
    public long recv(int fd, long address, long length, int flags) {
        return SocketCalls.recv(fd, address, length, flags);
    }

    @Override
    public long send(int fd, long address, long length, int flags) {
        return SocketCalls.send(fd, address, length, flags);
    }

    @Override
    public long sendfile(int out, int in, long offset, long count) {
        return FileCalls.sendfile(out, in, offset, count);
    }

    @Override
    public long pread(int fd, long address, long length, long offset) {
        return FileCalls.pread(fd, address, length, offset);
    }

    @Override
    public int accept4(int fd, int flags) {
        return SocketCalls.accept4(fd, flags);
    }

    @Override
    public int shutdown(int fd, int how) {
        return SocketCalls.shutdown(fd, how);
    }

    @Override
    public int close(int fd) {
        return FileCalls.close(fd);
    }

    @Override
    public int statx(int fd, int mask, long statx) {
        return FileCalls.statx(fd, mask, statx);
    }
}
