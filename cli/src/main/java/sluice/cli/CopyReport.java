package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyMode;
import sluice.linux.CopyCalls;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which copy calls the kernel refuses for the files of a directory. Its file system decides that,
 * and only a call on one of its files tells, so this makes each call once.
 */
final class CopyReport {
    /** Entries among which a file to try must be: a directory may have a million. */
    private static final int ENTRIES_MAX = 1_000;

    private CopyReport() {}

    /** Lines for {@code sluice doctor}. */
    static List<String> lines(Path directory) throws IOException {
        Path folder = directory.toAbsolutePath();
        if (!Linux.available()) {
            return List.of("copy calls on files of " + folder + " were not tried: "
                    + Linux.unavailableReason());
        }
        Path file = anyFile(folder);
        if (file == null) {
            return List.of("copy calls on files of " + folder
                    + " were not tried: there is none that can be read");
        }
        List<String> lines = refusals(file, folder, Kernel.LINUX);
        return lines.isEmpty()
                ? List.of("sendfile, splice and mmap work on files of " + folder)
                : lines;
    }

    /** A file that has a byte; null if there is none. */
    private static @Nullable Path anyFile(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
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

    static List<String> refusals(Path file, Path folder, Kernel kernel) throws IOException {
        int fd = FileCalls.open(file, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
        long pipe = CopyCalls.pipe();
        List<String> lines = new ArrayList<>();
        if (fd < 0 || pipe < 0) {
            throw new IOException(
                    "cannot try copy calls on " + file + ": " + Errno.describe(fd < 0 ? fd : pipe));
        }
        int into = CopyCalls.writeEnd(pipe);
        // Linux sends a file into a pipe by the same call of its file system as into a socket.
        tell(lines, folder, CopyMode.SENDFILE, kernel.sendfile(into, fd, 0, 1));
        tell(lines, folder, CopyMode.SPLICE, kernel.spliceFrom(fd, 0, into, 1, 0));
        long address = kernel.map(fd, 0, 1);
        tell(lines, folder, CopyMode.MMAP, address);
        if (address > 0) {
            kernel.unmap(address, 1);
        }
        FileCalls.close(CopyCalls.readEnd(pipe));
        FileCalls.close(into);
        FileCalls.close(fd);
        return lines;
    }

    private static void tell(List<String> lines, Path folder, CopyMode path, long result) {
        if (result < 0) {
            lines.add("the kernel refuses copy path " + path.label() + " for files of " + folder
                    + " (" + Errno.describe(result)
                    + "): they go by read and send, counted as fallbacks");
        }
    }
}
