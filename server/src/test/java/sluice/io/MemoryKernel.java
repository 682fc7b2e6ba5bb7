package sluice.io;

import sluice.linux.Kernel;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A kernel whose one socket is memory. */
final class MemoryKernel implements Kernel {
    private static final int COPIED_AT_ONCE = 64 << 10;

    final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    @Override
    @SuppressWarnings("restricted") // A system call gets nothing but an address.
    public long send(int fd, long address, long length, int flags) {
        MemorySegment bytes = MemorySegment.ofAddress(address).reinterpret(length);
        sent.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
        return length;
    }

    @Override
    public long sendfile(int out, int in, long offset, long count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(Math.min(count, COPIED_AT_ONCE));
            long read = Kernel.LINUX.pread(in, bytes.address(), bytes.byteSize(), offset);
            if (read > 0) {
                sent.writeBytes(bytes.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE));
            }
            return read;
        }
    }

    @Override
    public long recv(int fd, long address, long length, int flags) {
        throw unexpected();
    }

    @Override
    public long pread(int fd, long address, long length, long offset) {
        throw unexpected();
    }

    @Override
    public int accept4(int fd, int flags) {
        throw unexpected();
    }

    @Override
    public int shutdown(int fd, int how) {
        throw unexpected();
    }

    @Override
    public int close(int fd) {
        throw unexpected();
    }

    @Override
    public int statx(int fd, int mask, long statx) {
        throw unexpected();
    }

    @Override
    public long recvmsg(int fd, long message, int flags) {
        throw unexpected();
    }

    @Override
    public long spliceFrom(int file, long offset, int pipe, long length, int flags) {
        throw unexpected();
    }

    @Override
    public long splice(int in, int out, long length, int flags) {
        throw unexpected();
    }

    @Override
    public long map(int fd, long offset, long length) {
        throw unexpected();
    }

    @Override
    public int unmap(long address, long length) {
        throw unexpected();
    }

    @Override
    public int byteWithoutWaiting(int fd, long offset) {
        throw unexpected();
    }

    @Override
    public long cachedPages(int fd, long offset, long length) {
        throw unexpected();
    }

    @Override
    public long pwrite(int fd, long address, long length, long offset) {
        throw unexpected();
    }

    @Override
    public long spliceTo(int pipe, int file, long offset, long length, int flags) {
        throw unexpected();
    }

    @Override
    public int fsync(int fd) {
        throw unexpected();
    }

    private static UnsupportedOperationException unexpected() {
        return new UnsupportedOperationException("a rehearsal only sends");
    }
}
