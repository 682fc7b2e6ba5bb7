package sluice.linux;

/** Delegates to the static methods. */
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

    @Override
    public long recvmsg(int fd, long message, int flags) {
        return SocketCalls.recvmsg(fd, message, flags);
    }

    @Override
    public long spliceFrom(int file, long offset, int pipe, long length, int flags) {
        return CopyCalls.spliceFrom(file, offset, pipe, length, flags);
    }

    @Override
    public long splice(int in, int out, long length, int flags) {
        return CopyCalls.splice(in, out, length, flags);
    }

    @Override
    public long map(int fd, long offset, long length) {
        return CopyCalls.map(fd, offset, length);
    }

    @Override
    public int unmap(long address, long length) {
        return CopyCalls.unmap(address, length);
    }

    @Override
    public int byteWithoutWaiting(int fd, long offset) {
        return CopyCalls.byteWithoutWaiting(fd, offset);
    }

    @Override
    public int readWithoutWaiting(int fd, long address, int length, long offset) {
        return CopyCalls.readWithoutWaiting(fd, address, length, offset);
    }

    @Override
    public long cachedPages(int fd, long offset, long length) {
        return CopyCalls.cachedPages(fd, offset, length);
    }

    @Override
    public long pwrite(int fd, long address, long length, long offset) {
        return WriteCalls.pwrite(fd, address, length, offset);
    }

    @Override
    public long spliceTo(int pipe, int file, long offset, long length, int flags) {
        return WriteCalls.spliceTo(pipe, file, offset, length, flags);
    }

    @Override
    public int fsync(int fd) {
        return WriteCalls.fsync(fd);
    }

    @Override
    public int rename(int fromDir, long from, int toDir, long to, int flags) {
        return WriteCalls.rename(fromDir, from, toDir, to, flags);
    }
}
