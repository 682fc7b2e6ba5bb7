package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.FileToFileCalls;
import sluice.linux.Linux;
import sluice.linux.WriteCalls;
import sluice.server.ByteCount;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What holds for the file system of a directory. Tries it on a file that has no name (open(2),
 * O_TMPFILE), so that nobody sees it and nothing of it stays.
 */
final class DiskFindings {
    /** Among so many a file to try must be: a directory may have a million. */
    private static final int ENTRIES_MAX = 1_000;

    private static final int PAGE = (int) Linux.pageSize();

    private final String section;
    private final Path directory;
    private final List<Finding> found = new ArrayList<>();

    private DiskFindings(Path directory) {
        this.directory = directory;
        section = "Disk of " + directory;
    }

    /** All that can be tried. */
    static List<Finding> of(Path directory) throws IOException {
        DiskFindings disk = new DiskFindings(directory);
        if (disk.canBeServed()) {
            disk.tellOfStore();
            if (Linux.available()) {
                disk.tellOfKernel();
                disk.found.addAll(MemoryShare.of(directory).findings(disk.section));
            }
        }
        return disk.found;
    }

    private boolean canBeServed() {
        String fault = "";
        if (!Files.exists(directory)) {
            fault = "does not exist";
        } else if (!Files.isDirectory(directory)) {
            fault = "is not a directory";
        } else if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
            fault = "cannot be read by this user";
        }
        found.add(
                fault.isEmpty()
                        ? Finding.ok(section, "directory", "can be read")
                        : Finding.fail(
                                section,
                                "directory",
                                fault,
                                "name another one, or let this user read it (chmod +rx)"));
        return fault.isEmpty();
    }

    private void tellOfStore() throws IOException {
        FileStore store = Files.getFileStore(directory);
        found.add(Finding.info(section, "file system", store.type() + " on " + store.name()));
        found.add(Finding.info(
                section,
                "free space",
                ByteCount.rounded(store.getUsableSpace()) + " of "
                        + ByteCount.rounded(store.getTotalSpace())));
    }

    private void tellOfKernel() throws IOException {
        int file = nameless();
        if (file < 0) {
            found.add(Finding.note(
                    section,
                    "uploads",
                    "no: " + Errno.describe(file),
                    "--writable needs to create files here"));
            tellOfFileThatIsThere();
            return;
        }
        int other = nameless();
        try (Arena arena = Arena.ofConfined()) {
            found.add(Finding.ok(section, "uploads", "files can be created"));
            long page = arena.allocate(PAGE).address();
            long wrote = WriteCalls.pwrite(file, page, PAGE, 0);
            if (wrote != PAGE) {
                found.add(Finding.note(
                        section, "writing", Errno.describe(wrote), "free space on this disk"));
                return;
            }
            tellOfCopying(file);
            add(
                    "reflink",
                    () -> other < 0 ? other : FileToFileCalls.clone(file, other),
                    "sluice copy moves the bytes instead of sharing their blocks");
            add("O_DIRECT", this::openDirectly, "sluice copy --verify reads through the cache");
            tellOfCache(file);
        } finally {
            FileCalls.close(file);
            if (other >= 0) {
                FileCalls.close(other);
            }
        }
    }

    /** Where no file can be created, the copy calls are tried on one that is there. */
    private void tellOfFileThatIsThere() throws IOException {
        Path any = anyFile();
        int file =
                any == null ? 0 : FileCalls.open(any, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
        if (any == null || file < 0) {
            found.add(Finding.note(
                    section, "copying", "not tried", "there is no file that can be read"));
            return;
        }
        tellOfCopying(file);
        FileCalls.close(file);
    }

    /** A file that has a byte; null if there is none. */
    private @Nullable Path anyFile() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : (Iterable<Path>) entries.limit(ENTRIES_MAX)::iterator) {
                if (Files.isRegularFile(entry)
                        && Files.isReadable(entry)
                        && Files.size(entry) > 0) {
                    return entry;
                }
            }
        }
        return null;
    }

    private int nameless() {
        int flags = FileCalls.O_TMPFILE | FileCalls.O_RDWR | FileCalls.O_CLOEXEC;
        return FileCalls.open(directory, flags, 0600);
    }

    private void tellOfCopying(int file) {
        long pipe = CopyCalls.pipe();
        if (pipe < 0) {
            found.add(Finding.fail(
                    section, "pipe", Errno.describe(pipe), "raise the limit: ulimit -n"));
            return;
        }
        int end = CopyCalls.writeEnd(pipe);
        String instead = "the server reads and sends instead, and counts it";
        add("sendfile", () -> FileCalls.sendfile(end, file, 0, 1), instead);
        add("splice", () -> CopyCalls.spliceFrom(file, 0, end, 1, 0), instead);
        FileCalls.close(CopyCalls.readEnd(pipe));
        FileCalls.close(end);
        add("mmap", () -> map(file), "--copy mmap reads instead");
    }

    private static long map(int file) {
        long address = CopyCalls.map(file, 0, PAGE);
        return address < 0 && address > -PAGE ? address : CopyCalls.unmap(address, PAGE);
    }

    private long openDirectly() {
        int flags =
                FileCalls.O_TMPFILE | FileCalls.O_RDWR | FileCalls.O_CLOEXEC | FileCalls.O_DIRECT;
        int file = FileCalls.open(directory, flags, 0600);
        return file < 0 ? file : FileCalls.close(file);
    }

    private void add(String name, LongSupplier call, String without) {
        long result = call.getAsLong();
        found.add(
                result >= 0
                        ? Finding.ok(section, name, "")
                        : Finding.note(section, name, Errno.describe(result), without));
    }

    /**
     * The cold guard believes two calls. Here they are asked about a page that was just written,
     * and again after the kernel was told to drop it, which it need not do (posix_fadvise(2)).
     */
    private void tellOfCache(int file) {
        long keptByRead = CopyCalls.byteWithoutWaiting(file, 0);
        long keptByCount = CopyCalls.cachedPages(file, 0, PAGE);
        WriteCalls.fsync(file);
        FileToFileCalls.dropCache(file);
        // Counted first: the read may start a read-ahead.
        long goneByCount = CopyCalls.cachedPages(file, 0, PAGE);
        long goneByRead = CopyCalls.byteWithoutWaiting(file, 0);
        found.add(answer("RWF_NOWAIT", keptByRead, keptByRead == 1, goneByRead == -Errno.EAGAIN));
        found.add(answer("cachestat", keptByCount, keptByCount == 1, goneByCount == 0));
    }

    private Finding answer(String name, long first, boolean kept, boolean gone) {
        if (first < 0 && first != -Errno.EAGAIN) {
            return Finding.note(
                    section,
                    name,
                    Errno.describe(first),
                    "the cold guard cannot ask it here, so a loop may wait for a disk; fine where"
                            + " all files are in memory (tmpfs)");
        }
        if (kept && gone) {
            return Finding.ok(section, name, "tells a page in memory from a dropped one");
        }
        return Finding.note(
                section,
                name,
                kept ? "a dropped page counts as in memory" : "a written page counts as cold",
                kept
                        ? "fine where all files are in memory (tmpfs); on a disk the cold guard"
                                + " cannot rely on it"
                        : "workers read more than they need to");
    }
}
