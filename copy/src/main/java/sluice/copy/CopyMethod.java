package sluice.copy;

import org.jspecify.annotations.Nullable;

import sluice.linux.Kernel;
import sluice.linux.Linux;

import java.nio.ByteBuffer;
import java.util.Locale;

/** How bytes get from one file to another. */
public enum CopyMethod {
    /** The first of reflink, copy-file-range, sendfile and transfer-to that works here. */
    AUTO,
    /** read + write through an array: the JDK copies each byte twice more, in and out of it. */
    HEAP,
    /** read + write through an off-heap buffer. */
    DIRECT,
    /** write from a mapping of the source: one copy, and a page fault for every page. */
    MMAP,
    /** FileChannel.transferTo. */
    TRANSFER_TO,
    /** sendfile(2): within the kernel, through a pipe that the kernel keeps for the thread. */
    SENDFILE,
    /** splice(2) into a pipe and from the pipe into the target. */
    SPLICE,
    /** copy_file_range(2): within the kernel; network file systems have their server copy. */
    COPY_FILE_RANGE,
    /** ioctl_ficlone(2): both files share blocks until one is written (btrfs, XFS, bcachefs). */
    REFLINK;

    /** Large enough that the cost of a call is small, and small enough for the cache. */
    private static final int BUFFER = 256 << 10;

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Why this method is not available here, and what to do; null if it is available. */
    public @Nullable String refusal() {
        return switch (this) {
            case SENDFILE, SPLICE, COPY_FILE_RANGE, REFLINK ->
                Linux.available()
                        ? null
                        : label() + " is not available here: it needs Linux system calls ("
                                + Linux.unavailableReason()
                                + "); use --copy transfer-to, direct, mmap or heap";
            default -> null;
        };
    }

    /** Opens what copies by this method; {@link #AUTO} stands for other methods. */
    RegionCopy open() {
        return switch (this) {
            case AUTO -> throw new IllegalArgumentException("auto stands for other methods");
            case HEAP -> new BufferCopy(ByteBuffer.allocate(BUFFER));
            case DIRECT -> new BufferCopy(ByteBuffer.allocateDirect(BUFFER));
            case MMAP -> new MappedCopy();
            case TRANSFER_TO -> KernelCopy::transferTo;
            case SENDFILE -> KernelCopy::sendfile;
            case SPLICE -> new SpliceCopy(Kernel.LINUX);
            case COPY_FILE_RANGE -> KernelCopy::copyRange;
            case REFLINK -> KernelCopy::reflink;
        };
    }
}
