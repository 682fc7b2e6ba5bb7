package sluice.copy;

import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;

/**
 * splice(2) from the source into a pipe and from the pipe into the target. An error other than
 * EINTR may leave bytes in the pipe: after one, this object must not be used again.
 */
final class SpliceCopy implements RegionCopy {
    /** Default of /proc/sys/fs/pipe-max-size: what an unprivileged user may set. */
    private static final int PIPE_SIZE = 1 << 20;

    private final Kernel kernel;
    private final long pipe = CopyCalls.pipe();
    private final int size = size(pipe);

    SpliceCopy(Kernel kernel) {
        this.kernel = kernel;
    }

    private static int size(long pipe) {
        return pipe < 0 ? 0 : CopyCalls.setPipeSize(CopyCalls.writeEnd(pipe), PIPE_SIZE);
    }

    @Override
    public long copy(OpenPair files, long offset, long length) {
        if (pipe < 0) {
            return pipe;
        }
        // The kernel may refuse a larger pipe to a user with many: then it has the default, 64 KiB.
        long most = Math.min(length, size > 0 ? size : 64 << 10);
        int flags = CopyCalls.SPLICE_F_MOVE;
        long filled = kernel.spliceFrom(
                files.inDescriptor(), offset, CopyCalls.writeEnd(pipe), most, flags);
        for (long drained = 0; drained < filled; ) {
            long moved = kernel.spliceTo(
                    CopyCalls.readEnd(pipe),
                    files.outDescriptor(),
                    offset + drained,
                    filled - drained,
                    flags);
            if (moved == -Errno.EINTR) {
                continue; // The bytes in the pipe belong at this offset: nothing else may come
                // first.
            }
            if (moved <= 0) {
                // The pipe keeps bytes and cannot be used again; 0 would mean the end of the
                // source.
                return moved == 0 ? -Errno.EIO : moved;
            }
            drained += moved;
        }
        return filled;
    }

    @Override
    public void close() {
        if (pipe >= 0) {
            FileCalls.close(CopyCalls.readEnd(pipe));
            FileCalls.close(CopyCalls.writeEnd(pipe));
        }
    }
}
