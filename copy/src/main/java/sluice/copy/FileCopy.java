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

/** Copies one file after the other by one way, holes kept as holes. One thread. */
final class FileCopy implements AutoCloseable {
    /** Bytes per call at most: so often progress is told and a cancellation seen. */
    private static final long STEP = 8 << 20;

    private static final List<Way> LADDER =
            List.of(Way.REFLINK, Way.COPY_FILE_RANGE, Way.SENDFILE, Way.TRANSFER_TO);

    /** Bytes per read of a file that tells no size: most have less. */
    private static final int UNSIZED = 64 << 10;

    private static final String OWNER_AND_MODE = "unix:mode,uid,gid";

    /**
     * S_ISUID and S_ISGID: a program of the copy would run as who copied it, who never said that
     * others may act for him.
     */
    private static final int SET_IDS = 06000;

    private final Queue<Way> ways;
    private final LongConsumer progress;
    private final BooleanSupplier cancelled;
    private final boolean force;
    private final Map<Way, Long> files = new EnumMap<>(Way.class);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(UNSIZED);
    private RegionCopy copy;
    private long holes;
    private long unsized;

    /** With {@code force} each copy is on the disk before it is done. */
    FileCopy(Way way, boolean force, LongConsumer progress, BooleanSupplier cancelled) {
        this.force = force;
        ways = new ArrayDeque<>(way == Way.AUTO ? ladder() : List.of(way));
        this.progress = progress;
        this.cancelled = cancelled;
        copy = ways.element().open();
    }

    private static List<Way> ladder() {
        return LADDER.stream().filter(way -> way.refusal() == null).toList();
    }

    /** Files copied, by the way that each one took. */
    Map<Way, Long> files() {
        return files;
    }

    /** Bytes that did not need to be copied. */
    long holes() {
        return holes;
    }

    /** Bytes of files that told a size of 0 before. */
    long unsized() {
        return unsized;
    }

    /**
     * Copies content, mode and times to {@code target}, which must not exist.
     *
     * @throws IOException also when the source was changed meanwhile
     */
    void copy(Path source, Path target) throws IOException {
        BasicFileAttributes before = Files.readAttributes(source, BasicFileAttributes.class);
        boolean told = before.size() > 0;
        try (OpenPair pair = OpenPair.open(source, target)) {
            if (told) {
                copyContent(source, pair, before.size());
            } else {
                told = copyToTheEnd(pair) == 0;
            }
            if (force) {
                pair.out.force(true);
            }
        }
        BasicFileAttributes after = Files.readAttributes(source, BasicFileAttributes.class);
        if (after.size() != before.size()
                || !after.lastModifiedTime().equals(before.lastModifiedTime())) {
            throw new IOException(source + " was changed while it was copied; try again");
        }
        files.merge(told ? ways.element() : Way.DIRECT, 1L, Long::sum);
        keepAttributes(source, target, before);
    }

    /** A size of 0 need not be true: files of /proc make their content when they are read. */
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

    private void copyContent(Path source, OpenPair pair, long size) throws IOException {
        if (ways.element() == Way.REFLINK) {
            if (region(source, pair, 0, size) == size) {
                return;
            }
        }
        long offset = 0;
        while (offset < size) {
            long data = pair.hasDescriptors() ? nextData(pair, offset, size) : offset;
            long end = pair.hasDescriptors() ? nextHole(pair, data, size) : size;
            holes += data - offset;
            progress.accept(data - offset);
            for (offset = data; offset < end; ) {
                offset += region(source, pair, offset, Math.min(STEP, end - offset));
            }
        }
        setSize(pair, size);
    }

    /** Where the next data begins, or the file ends; a file system without holes has data here. */
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

    /** A hole at the end is nothing that could be copied. */
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

    /** Copies some bytes of a region; with {@code auto} by the next way if this one cannot. */
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
            throw new IOException(source + " became shorter while it was copied; try again");
        }
        if (ways.size() == 1 || !isRefusal(copied)) {
            throw new IOException("copying " + source + " by " + ways.element().label()
                    + " failed: " + Errno.describe(copied) + advice(copied));
        }
        copy.close();
        ways.remove();
        copy = ways.element().open();
        return 0;
    }

    private void stopIfCancelled() {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("cancelled");
        }
    }

    private static String advice(long result) {
        return isRefusal(result)
                ? "; these file systems cannot do that, --copy auto finds a way they can"
                : "";
    }

    /** What file systems answer that do not have the call, or not for this pair of them. */
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

    /** Mode and times; owner, ACLs and extended attributes become those of a new file. */
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

    /** Of a link its own, not those of what it leads to. */
    static void keepTimes(Path target, BasicFileAttributes before) throws IOException {
        Files.getFileAttributeView(target, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(before.lastModifiedTime(), before.lastAccessTime(), null);
    }

    @Override
    public void close() {
        copy.close();
    }
}
