package sluice.copy;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Linux;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A source and a new target, open as channels and, on Linux, as descriptors too: java.nio does not
 * give access to the descriptors of its channels.
 */
final class OpenPair implements AutoCloseable {
    private static final Set<OpenOption> NEW =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    /** No descriptor. */
    private static final int NONE = -1;

    final FileChannel in;
    final FileChannel out;
    private int inDescriptor = NONE;
    private int outDescriptor = NONE;

    private OpenPair(FileChannel in, FileChannel out) {
        this.in = in;
        this.out = out;
    }

    /**
     * Opens {@code source} and creates {@code target}, which must not exist. Only the owner can
     * read the target.
     */
    static OpenPair open(Path source, Path target) throws IOException {
        FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        OpenPair pair;
        try {
            pair = new OpenPair(
                    in, FileChannel.open(target, NEW, OwnerOnly.FILE.attributes(target)));
        } catch (Throwable failure) {
            in.close();
            throw failure;
        }
        try {
            pair.openDescriptors(source, target);
            return pair;
        } catch (Throwable failure) {
            pair.close();
            throw failure;
        }
    }

    private void openDescriptors(Path source, Path target) throws IOException {
        if (Linux.available()) {
            inDescriptor = descriptor(source, FileCalls.O_RDONLY);
            outDescriptor = descriptor(target, FileCalls.O_WRONLY);
        }
    }

    private static int descriptor(Path path, int mode) throws IOException {
        int opened = FileCalls.open(path, mode | FileCalls.O_CLOEXEC, 0);
        if (opened < 0) {
            throw new IOException("cannot open " + path + ": " + Errno.describe(opened));
        }
        return opened;
    }

    int inDescriptor() {
        return inDescriptor;
    }

    int outDescriptor() {
        return outDescriptor;
    }

    boolean hasDescriptors() {
        return outDescriptor != NONE;
    }

    @Override
    public void close() throws IOException {
        if (inDescriptor != NONE) {
            FileCalls.close(inDescriptor);
        }
        if (outDescriptor != NONE) {
            FileCalls.close(outDescriptor);
        }
        try (in;
                out) {
            inDescriptor = NONE;
            outDescriptor = NONE;
        }
    }
}
