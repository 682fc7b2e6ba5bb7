package sluice.copy;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.FileToFileCalls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Copies files one after another by one method and keeps holes as holes. One thread. */
final class FileCopy implements AutoCloseable {
    /** Most bytes per call: after each call progress is reported and cancellation checked. */
    private static final long STEP = 8 << 20;

    private static final List<CopyMethod> LADDER = List.of(
            CopyMethod.REFLINK,
            CopyMethod.COPY_FILE_RANGE,
            CopyMethod.SENDFILE,
            CopyMethod.TRANSFER_TO);

    /** Bytes per read of a file that reports size 0: most such files are smaller. */
    private static final int UNSIZED = 64 << 10;

    private static final String OWNER_AND_MODE = "unix:mode,uid,gid";

    /**
     * S_ISUID and S_ISGID. On a copy they would let others run the program as the user who copied
     * it, and that user never agreed to that.
     */
    private static final int SET_IDS = 06000;

    private final Queue<CopyMethod> methods;
    private final LongConsumer progress;
    private final BooleanSupplier cancelled;
    private final boolean force;
    private final Map<CopyMethod, Long> files = new EnumMap<>(CopyMethod.class);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(UNSIZED);
    private RegionCopy copy;
    private long holes;
    private long unsized;
    private long empty;

    /** With {@code force}, each file is synced to the disk before {@link #copy} returns. */
    FileCopy(CopyMethod method, boolean force, LongConsumer progress, BooleanSupplier cancelled) {
        this.force = force;
        methods = new ArrayDeque<>(method == CopyMethod.AUTO ? ladder() : List.of(method));
        this.progress = progress;
        this.cancelled = cancelled;
        copy = methods.element().open();
    }

    private static List<CopyMethod> ladder() {
        return LADDER.stream().filter(method -> method.refusal() == null).toList();
    }

    /** How many files each method copied. */
    Map<CopyMethod, Long> files() {
        return files;
    }

    /** How many files had no byte to copy, being empty or one hole: no method ran for them. */
    long empty() {
        return empty;
    }

    /** Bytes in holes, which did not need to be copied. */
    long holes() {
        return holes;
    }

    /** Bytes of files that had reported size 0. */
    long unsized() {
        return unsized;
    }

    /**
     * Copies content, mode and times to {@code target}, which must not exist.
     *
     * @throws IOException also if the source changed during the copy
     */
    void copy(Path source, Path target) throws IOException {
        BasicFileAttributes before = Files.readAttributes(source, BasicFileAttributes.class);
        Object changedAt = changedAt(source);
        boolean told = before.size() > 0;
        boolean moved;
        try (OpenPair pair = OpenPair.open(source, target)) {
            moved = told ? copyContent(source, pair, before.size()) : copyToTheEnd(pair) > 0;
            if (force) {
                pair.out.force(true);
            }
        }
        BasicFileAttributes after = Files.readAttributes(source, BasicFileAttributes.class);
        if (after.size() != before.size()
                || !after.lastModifiedTime().equals(before.lastModifiedTime())) {
            throw new IOException(source + " changed while it was being copied; try again");
        }
        if (!changedAt.equals(changedAt(source))) {
            // Its mode, owner or name changed, or somebody wrote to it and set mtime back.
            Verification.requireEqual(source, target, _ -> {}, cancelled);
        }
        if (moved) {
            files.merge(told ? methods.element() : CopyMethod.DIRECT, 1L, Long::sum);
        } else {
            empty++;
        }
        keepAttributes(source, target, before);
    }

    /** ctime, which a writer cannot set back; the same for all files where there is none. */
    private static Object changedAt(Path source) throws IOException {
        return source.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Files.getAttribute(source, "unix:ctime")
                : "";
    }

    /** A reported size of 0 may be wrong: the kernel generates files in /proc on read. */
    private long copyToTheEnd(OpenPair pair) throws IOException {
        long copied = 0;
        while (pair.in.read(buffer.clear()) >= 0) {
            stopIfCancelled();
            copied += buffer.flip().remaining();
            while (buffer.hasRemaining()) {
                pair.out.write(buffer);
            }
        }
        unsized += copied;
        return copied;
    }

    /** Returns whether there was any byte to copy. */
    private boolean copyContent(Path source, OpenPair pair, long size) throws IOException {
        if (methods.element() == CopyMethod.REFLINK) {
            if (region(source, pair, 0, size) == size) {
                return true;
            }
        }
        boolean moved = false;
        long offset = 0;
        while (offset < size) {
            long data = pair.hasDescriptors() ? nextData(pair, offset, size) : offset;
            long end = pair.hasDescriptors() ? nextHole(pair, data, size) : size;
            holes += data - offset;
            progress.accept(data - offset);
            for (offset = data; offset < end; ) {
                offset += region(source, pair, offset, Math.min(STEP, end - offset));
                moved = true;
            }
        }
        setSize(pair, size);
        return moved;
    }

    /** Start of the next data, or the end of the file; without hole support, {@code offset}. */
    private static long nextData(OpenPair pair, long offset, long size) {
        long data = FileToFileCalls.seek(pair.inDescriptor(), offset, FileToFileCalls.SEEK_DATA);
        if (data == -Errno.ENXIO) {
            return size;
        }
        return data < 0 ? offset : Math.min(data, size);
    }

    private static long nextHole(OpenPair pair, long data, long size) {
        long hole = FileToFileCalls.seek(pair.inDescriptor(), data, FileToFileCalls.SEEK_HOLE);
        return hole <= data ? size : Math.min(hole, size);
    }

    /** Sets the size of the target: a hole at the end copies no byte that would extend it. */
    private static void setSize(OpenPair pair, long size) throws IOException {
        if (pair.out.size() == size) {
            return;
        }
        if (pair.hasDescriptors()) {
            int result = FileCalls.ftruncate(pair.outDescriptor(), size);
            if (result < 0) {
                throw new IOException("ftruncate failed: " + Errno.describe(result));
            }
        } else {
            pair.out.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    /** Copies some bytes of a region. With {@code auto}, falls back to the next method. */
    private long region(Path source, OpenPair pair, long offset, long length) throws IOException {
        stopIfCancelled();
        long copied;
        do {
            copied = copy.copy(pair, offset, length);
        } while (copied == -Errno.EINTR);
        if (copied > 0) {
            progress.accept(copied);
            return copied;
        }
        if (copied == 0) {
            throw new IOException(source + " was truncated while it was being copied; try again");
        }
        if (methods.size() == 1 || !isRefusal(copied)) {
            throw new IOException(methods.element().label() + " failed to copy " + source + ": "
                    + Errno.describe(copied) + advice(copied));
        }
        copy.close();
        methods.remove();
        copy = methods.element().open();
        return 0;
    }

    private void stopIfCancelled() {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("cancelled");
        }
    }

    private static String advice(long result) {
        return isRefusal(result) ? "; these file systems do not support it, use --copy auto" : "";
    }

    /** Errors of file systems that lack the call, or lack it for this pair of file systems. */
    private static boolean isRefusal(long result) {
        return switch ((int) -result) {
            case Errno.EXDEV,
                    Errno.EOPNOTSUPP,
                    Errno.ENOSYS,
                    Errno.EINVAL,
                    Errno.ENOTTY,
                    Errno.EPERM -> true;
            default -> false;
        };
    }

    /** Copies mode and times; owner, ACLs and extended attributes stay those of a new file. */
    static void keepAttributes(Path source, Path target, BasicFileAttributes before)
            throws IOException {
        if (target.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            Map<String, Object> from = Files.readAttributes(source, OWNER_AND_MODE);
            Map<String, Object> to = Files.readAttributes(target, OWNER_AND_MODE);
            int mode = (int) Objects.requireNonNull(from.get("mode"));
            boolean same = Objects.equals(from.get("uid"), to.get("uid"))
                    && Objects.equals(from.get("gid"), to.get("gid"));
            Files.setAttribute(target, "unix:mode", same ? mode : mode & ~SET_IDS);
        }
        keepTimes(target, before);
    }

    /** Copies times; of a symbolic link those of the link, not of its target. */
    static void keepTimes(Path target, BasicFileAttributes before) throws IOException {
        Files.getFileAttributeView(target, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(before.lastModifiedTime(), before.lastAccessTime(), null);
    }

    @Override
    public void close() {
        copy.close();
    }
}
