package sluice.copy;

import sluice.linux.CopyCalls;
import sluice.linux.FileCalls;
import sluice.linux.WriteCalls;

/** splice(2) from the source into a pipe and from there into the target. */
final class SpliceCopy implements RegionCopy {
    /** What /proc/sys/fs/pipe-max-size allows to everybody by default. */
    private static final int PIPE_SIZE = 1 << 20;

    private final long pipe = CopyCalls.pipe();
    private final int size = size(pipe);

    private static int size(long pipe) {
        return pipe < 0 ? 0 : CopyCalls.setPipeSize(CopyCalls.writeEnd(pipe), PIPE_SIZE);
    }

    @Override
    public long copy(OpenPair files, long offset, long length) {
        if (pipe < 0) {
            return pipe;
        }
        // A user whose pipes hold much already gets no bigger one: 64 KiB is what all have.
        long most = Math.min(length, size > 0 ? size : 64 << 10);
        int flags = CopyCalls.SPLICE_F_MOVE;
        long filled = CopyCalls.spliceFrom(
                files.inDescriptor(), offset, CopyCalls.writeEnd(pipe), most, flags);
        for (long drained = 0; drained < filled; ) {
            long moved = WriteCalls.spliceTo(
                    CopyCalls.readEnd(pipe),
                    files.outDescriptor(),
                    offset + drained,
                    filled - drained,
                    flags);
            if (moved <= 0) {
                return moved;
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
