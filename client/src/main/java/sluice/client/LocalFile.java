package sluice.client;

import sluice.io.FileSource;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.io.SharedFile;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;

/**
 * The file to upload, held open. It remembers whether it was ever found to lack the bytes that were
 * promised, by the rule of a server: a file that only grew still has them ({@link SharedFile}).
 */
final class LocalFile implements FileSource, AutoCloseable {
    private final SharedFile shared;
    /** A path to the open file that stays valid when the file is renamed. */
    private final Path handle;

    private final FileTime modified;
    private final Object changedAt;
    private volatile boolean changed;

    private LocalFile(SharedFile shared, Path path) throws IOException {
        this.shared = shared;
        handle = shared.file() instanceof LinuxFile linux
                ? Path.of("/proc/self/fd/" + linux.descriptor())
                : path;
        modified = attributes().lastModifiedTime();
        changedAt = changedAt();
    }

    static LocalFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            String what = Files.exists(path) ? "is not a regular file" : "does not exist";
            throw new IOException(path + " " + what);
        }
        SharedFile shared;
        try {
            shared = SharedFile.open(path);
        } catch (FileSystemException e) {
            String why = Objects.requireNonNullElse(e.getReason(), "it does not exist any more");
            throw new IOException("cannot read " + path + ": " + why, e);
        }
        try {
            return new LocalFile(shared, path);
        } catch (IOException e) {
            shared.release();
            throw e;
        }
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(handle, BasicFileAttributes.class);
    }

    /** The size that was promised. */
    long size() {
        return shared.size();
    }

    /** All attributes that tell this version of the file from another one, on one line. */
    String version() throws IOException {
        return size() + " " + modified + " " + changedAt + " " + attributes().fileKey();
    }

    private Object changedAt() throws IOException {
        return handle.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Files.getAttribute(handle, "unix:ctime")
                : "";
    }

    /** Whether the file has more bytes than were promised. */
    boolean hasGrown() {
        return shared.file().size() > size();
    }

    /**
     * Whether only ctime has changed: somebody changed the file's mode, owner or name, or wrote to
     * the file and set mtime back. Samples tell these apart, unless few bytes were written.
     */
    boolean mayHaveChanged() throws IOException {
        return !changedAt.equals(changedAt());
    }

    @Override
    public OpenFile file() {
        return shared.file();
    }

    @Override
    public boolean unchanged() {
        boolean same = shared.unchanged();
        changed |= !same;
        return same;
    }

    @Override
    public void sent(long from, long to) {
        shared.sent(from, to);
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
        shared.release();
    }
}
