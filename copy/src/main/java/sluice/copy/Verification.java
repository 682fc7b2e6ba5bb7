package sluice.copy;

import sluice.linux.FileCalls;
import sluice.linux.FileToFileCalls;
import sluice.linux.Linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Reads a copy back from the disk and compares it with the source, byte for byte. */
final class Verification {
    private static final int BUFFER = 1 << 20;

    private final LongConsumer progress;
    private final BooleanSupplier cancelled;
    private final ByteBuffer ours = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer theirs = ByteBuffer.allocateDirect(BUFFER);

    private Verification(LongConsumer progress, BooleanSupplier cancelled) {
        this.progress = progress;
        this.cancelled = cancelled;
    }

    /** Throws if a regular file of {@code copy} differs from the one in {@code source}. */
    static void requireEqual(
            Path source, Path copy, LongConsumer progress, BooleanSupplier cancelled)
            throws IOException {
        var verification = new Verification(progress, cancelled);
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                    throws IOException {
                if (attributes.isRegularFile()) {
                    verification.compare(file, copy.resolve(source.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void compare(Path source, Path copy) throws IOException {
        forgetCached(copy);
        try (FileChannel original = FileChannel.open(source);
                FileChannel copied = FileChannel.open(copy)) {
            long at = 0;
            int read;
            do {
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException("cancelled");
                }
                read = fill(original, theirs, at);
                fill(copied, ours, at);
                int difference = theirs.mismatch(ours);
                if (difference >= 0) {
                    throw new IOException("the copy of " + source + " differs at byte "
                            + (at + difference) + ": the disk or the memory is faulty, or the"
                            + " file changed; try again");
                }
                at += read;
                progress.accept(read);
            } while (read == BUFFER);
        }
    }

    private static int fill(FileChannel from, ByteBuffer into, long at) throws IOException {
        into.clear();
        int read = 0;
        while (read >= 0 && into.hasRemaining()) {
            read = from.read(into, at + into.position());
        }
        into.flip();
        return into.limit();
    }

    /** Drops the copy from the page cache: else the comparison would read memory, not the disk. */
    private static void forgetCached(Path copy) {
        if (Linux.available()) {
            int descriptor = FileCalls.open(copy, FileCalls.O_CLOEXEC, 0);
            if (descriptor >= 0) {
                FileToFileCalls.dropCache(descriptor);
                FileCalls.close(descriptor);
            }
        }
    }
}
