package sluice.copy;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.FileToFileCalls;
import sluice.linux.Linux;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a finished copy to the disk, so that it survives a power failure. */
final class Durability {
    /** Whether one call can write all files of a tree: syncfs(2) is Linux's. */
    static final boolean CAN_SYNC_TREE = Linux.available();

    private Durability() {}

    /**
     * Writes the content of a tree by one syncfs(2). The call also writes what other processes
     * changed in that file system, but for thousands of files it costs far less than as many
     * fsync(2).
     */
    static void syncTree(Path tree) throws IOException {
        // Opens the parent directory: the mode of the tree may forbid reading the tree itself.
        Path directory = tree.resolveSibling(".");
        int opened = FileCalls.open(directory, FileCalls.O_CLOEXEC, 0);
        int result = opened < 0 ? opened : FileToFileCalls.syncFileSystem(opened);
        if (opened >= 0) {
            FileCalls.close(opened);
        }
        if (result < 0) {
            throw new IOException(
                    "cannot write " + tree + " to the disk: " + Errno.describe(result));
        }
    }

    /** Writes the names in a directory, where the operating system can sync directories. */
    static void syncDirectory(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
