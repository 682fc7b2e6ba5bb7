package sluice.copy;

import org.jspecify.annotations.Nullable;

import sluice.linux.Kernel;
import sluice.linux.Linux;

import java.nio.ByteBuffer;
import java.util.Locale;

/** The ways bytes get from one file to another. */
public enum Way {
    /** The first of reflink, copy-file-range, sendfile and transfer-to that works here. */
    AUTO,
    /** read + write through an array: the JDK copies each byte once more on either side of it. */
    HEAP,
    /** read + write through an off-heap buffer. */
    DIRECT,
    /** write from a mapping of the source: one copy, and a page fault for every page. */
    MMAP,
    /** FileChannel.transferTo. */
    TRANSFER_TO,
    /** sendfile(2): within the kernel, through a pipe of its own. */
    SENDFILE,
    /** splice(2) into a pipe and out of it. */
    SPLICE,
    /** copy_file_range(2): within the kernel; network file systems let their server do it. */
    COPY_FILE_RANGE,
    /** ioctl_ficlone(2): both share the blocks until one is written (btrfs, XFS, bcachefs). */
    REFLINK;

    /** Enough that calls do not count, and no more than a processor's cache holds. */
    private static final int BUFFER = 256 << 10;

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Why it cannot be had on this machine, and what to do; null when it can. */
    public @Nullable String refusal() {
        return switch (this) {
            case SENDFILE, SPLICE, COPY_FILE_RANGE, REFLINK ->
                Linux.available()
                        ? null
                        : label() + " needs Linux system calls (" + Linux.unavailableReason()
                                + "); use --copy transfer-to, direct, mmap or heap";
            default -> null;
        };
    }

    /** Makes what copies that way; {@link #AUTO} is no way by itself. */
    RegionCopy open() {
        return switch (this) {
            case AUTO -> throw new IllegalArgumentException("auto stands for other ways");
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
