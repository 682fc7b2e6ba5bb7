package sluice.linux;

/**
 * The system calls of the data path as an interface, so that tests can script short counts and
 * errors. Results, units and errors are those of {@link FileCalls} and {@link SocketCalls}.
 */
public interface Kernel {
    /** The real kernel; stateless, any thread may call. */
    Kernel LINUX = new LinuxKernel();

    /** See {@link SocketCalls#recv}. */
    long recv(int fd, long address, long length, int flags);

    /** See {@link SocketCalls#send}. */
    long send(int fd, long address, long length, int flags);

    /** See {@link FileCalls#sendfile}. */
    long sendfile(int out, int in, long offset, long count);

    /** See {@link FileCalls#pread}. */
    long pread(int fd, long address, long length, long offset);

    /** See {@link SocketCalls#accept4}. */
    int accept4(int fd, int flags);

    /** See {@link SocketCalls#shutdown}. */
    int shutdown(int fd, int how);

    /** See {@link FileCalls#close}. */
    int close(int fd);

    /** See {@link FileCalls#statx(int, int, long)}. */
    int statx(int fd, int mask, long statx);

    /** See {@link SocketCalls#recvmsg}. */
    long recvmsg(int fd, long message, int flags);

    /** See {@link CopyCalls#spliceFrom}. */
    long spliceFrom(int file, long offset, int pipe, long length, int flags);

    /** See {@link CopyCalls#splice}. */
    long splice(int in, int out, long length, int flags);

    /** See {@link CopyCalls#map}. */
    long map(int fd, long offset, long length);

    /** See {@link CopyCalls#unmap}. */
    int unmap(long address, long length);

    /** See {@link CopyCalls#byteWithoutWaiting}. */
    int byteWithoutWaiting(int fd, long offset);

    /** See {@link CopyCalls#readWithoutWaiting}. */
    int readWithoutWaiting(int fd, long address, int length, long offset);

    /** See {@link CopyCalls#cachedPages}. */
    long cachedPages(int fd, long offset, long length);

    /** See {@link WriteCalls#pwrite}. */
    long pwrite(int fd, long address, long length, long offset);

    /** See {@link WriteCalls#spliceTo}. */
    long spliceTo(int pipe, int file, long offset, long length, int flags);

    /** See {@link WriteCalls#fsync}. */
    int fsync(int fd);

    /** See {@link WriteCalls#rename}. */
    int rename(int fromDir, long from, int toDir, long to, int flags);
}
