package sluice.copy;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.FileToFileCalls;
import sluice.linux.Linux;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Waits until what was copied would survive a loss of power. */
final class OnDisk {
    /** Whether there is a call for many files at once. */
    static final boolean KNOWS_TREES = Linux.available();

    private OnDisk() {}

    /**
     * The content of a tree: one syncfs(2), which writes what others have changed in that file
     * system as well but costs a tree of thousands far less than as many fsync(2).
     */
    static void writeAllBeside(Path tree) throws IOException {
        // Its directory: the tree may have a mode that forbids reading it.
        Path directory = tree.resolveSibling(".");
        int opened = FileCalls.open(directory, FileCalls.O_CLOEXEC, 0);
        int result = opened < 0 ? opened : FileToFileCalls.syncFileSystem(opened);
        if (opened >= 0) {
            FileCalls.close(opened);
        }
        if (result < 0) {
            throw new IOException("cannot write " + tree + " to disk: " + Errno.describe(result));
        }
    }

    /** The names in a directory, where such a thing can be asked for. */
    static void writeNames(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
