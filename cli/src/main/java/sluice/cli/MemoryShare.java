package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.linux.CopyCalls;
import sluice.linux.FileCalls;
import sluice.linux.Linux;
import sluice.server.ByteCount;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How much of the files of a tree is in the page cache (cachestat(2)). */
final class MemoryShare {
    /** Enough to know: a look at each takes three system calls. */
    private static final int FILES_MAX = 10_000;
    /** Of a slow disk, whose names have to be read. */
    private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(3);

    private static final int PERCENT = 100;

    private final long begun = System.nanoTime();
    private long files;
    private long bytes;
    private long cached;
    private long unknown;
    private boolean cut;

    private MemoryShare() {}

    /** Of a directory, or of one that a link leads to. */
    static MemoryShare of(Path root) throws IOException {
        MemoryShare share = new MemoryShare();
        Path top = Files.isSymbolicLink(root) ? root.toRealPath() : root;
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && attributes.size() > 0) {
                    share.look(path, attributes.size());
                }
                return share.cut ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException why) {
                share.unknown++;
                return FileVisitResult.CONTINUE;
            }

            /** A directory that cannot be read to its end hides what it has. */
            @Override
            public FileVisitResult postVisitDirectory(Path path, @Nullable IOException why) {
                share.unknown += why == null ? 0 : 1;
                return FileVisitResult.CONTINUE;
            }
        });
        return share;
    }

    private void look(Path path, long size) {
        if (files == FILES_MAX || System.nanoTime() - begun > NANOS_MAX) {
            cut = true;
            return;
        }
        files++;
        int flags = FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK;
        int file = FileCalls.open(path, flags | FileCalls.O_NOFOLLOW, 0);
        if (file < 0) {
            unknown++;
            return;
        }
        long pages = CopyCalls.cachedPages(file, 0, size);
        FileCalls.close(file);
        if (pages < 0) {
            unknown++;
        } else {
            bytes += size;
            cached += Math.min(size, pages * Linux.pageSize());
        }
    }

    List<Finding> findings(String section) {
        String of = (cut ? "the first " : "") + ByteCount.counted(files, "file");
        String share = bytes == 0
                ? "nothing to look at in " + of
                : "%d %% of %s in %s"
                        .formatted(cached * PERCENT / bytes, ByteCount.rounded(bytes), of);
        Finding memory = Finding.info(section, "in memory", share);
        return unknown == 0
                ? List.of(memory)
                : List.of(
                        memory,
                        Finding.note(
                                section,
                                "not looked at",
                                ByteCount.counted(unknown, "file"),
                                "this user cannot read them, or the kernel does not tell"));
    }
}
