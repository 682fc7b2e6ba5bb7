package sluice.client;

import sluice.io.ChannelFile;
import sluice.io.FileSource;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/** The file that is sent, held open: all that leaves is of the version it had at the beginning. */
final class LocalFile implements FileSource, AutoCloseable {
    private final OpenFile file;
    /** What the open file is found by, whatever its name is by now. */
    private final Path handle;

    private final long size;
    private final FileTime modified;
    private volatile boolean changed;

    private LocalFile(OpenFile file, Path handle) throws IOException {
        this.file = file;
        this.handle = handle;
        BasicFileAttributes now = Files.readAttributes(handle, BasicFileAttributes.class);
        if (!now.isRegularFile()) {
            throw new IOException("neither a directory nor a device can be sent");
        }
        size = now.size();
        modified = now.lastModifiedTime();
    }

    static LocalFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            String what = Files.exists(path) ? "is no file" : "does not exist";
            throw new IOException(path + " " + what);
        }
        OpenFile opened;
        Path handle = path;
        if (Linux.available()) {
            int flags = FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK;
            int descriptor = FileCalls.open(path, flags, 0);
            if (descriptor < 0) {
                throw new IOException("cannot read " + path + ": " + Errno.describe(descriptor));
            }
            opened = new LinuxFile(descriptor, Kernel.LINUX);
            handle = Path.of("/proc/self/fd/" + descriptor);
        } else {
            opened = new ChannelFile(FileChannel.open(path, StandardOpenOption.READ), path);
        }
        try {
            return new LocalFile(opened, handle);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    long size() {
        return size;
    }

    @Override
    public OpenFile file() {
        return file;
    }

    @Override
    public boolean unchanged() {
        try {
            BasicFileAttributes now = Files.readAttributes(handle, BasicFileAttributes.class);
            boolean same = now.size() == size && now.lastModifiedTime().equals(modified);
            changed |= !same;
            return same;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether it was once found to be another version. */
    boolean hasChanged() {
        return changed;
    }

    /** It stays open until {@link #close}, whatever uses begin and end. */
    @Override
    public boolean retain() {
        return true;
    }

    @Override
    public void release() {}

    @Override
    public void close() {
        file.close();
    }
}
