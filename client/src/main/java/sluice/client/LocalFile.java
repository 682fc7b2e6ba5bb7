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

/** The file to upload, held open; {@link #unchanged} tells whether it is still the same version. */
final class LocalFile implements FileSource, AutoCloseable {
    private final OpenFile file;
    /** A path to the open file that stays valid when the file is renamed. */
    private final Path handle;

    private final long size;
    private final FileTime modified;
    private final Object changedAt;
    private volatile boolean changed;

    private LocalFile(OpenFile file, Path handle) throws IOException {
        this.file = file;
        this.handle = handle;
        BasicFileAttributes now = Files.readAttributes(handle, BasicFileAttributes.class);
        if (!now.isRegularFile()) {
            throw new IOException("only a regular file can be sent");
        }
        size = now.size();
        modified = now.lastModifiedTime();
        changedAt = changedAt(handle);
    }

    static LocalFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            String what = Files.exists(path) ? "is not a regular file" : "does not exist";
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

    /** All attributes that tell this version of the file from another one, on one line. */
    String version() throws IOException {
        BasicFileAttributes now = Files.readAttributes(handle, BasicFileAttributes.class);
        return size + " " + modified + " " + changedAt + " " + now.fileKey();
    }

    private static Object changedAt(Path handle) throws IOException {
        return handle.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Files.getAttribute(handle, "unix:ctime")
                : "";
    }

    /**
     * Whether only ctime has changed: somebody changed the file's mode, owner or name, or wrote to
     * the file and set mtime back. Attributes cannot tell which.
     */
    boolean mayHaveChanged() throws IOException {
        return !changedAt.equals(changedAt(handle));
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

    /** Whether {@link #unchanged} has ever found another version. */
    boolean hasChanged() {
        return changed;
    }

    /** Does nothing: the file stays open until {@link #close}. */
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
