package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.io.FileSink;
import sluice.linux.Errno;
import sluice.linux.PathBytes;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Writes the entries of a tar below a directory, and nothing outside: each name is checked, and a
 * link that is there is never followed. The first name of each path, which is that of the server's
 * directory, gives way to the name of this one. A file gets its name when it is complete.
 */
final class TreeWriter implements TarReader.Entries, AutoCloseable {
    /** NAME_MAX of Linux file systems. */
    private static final int NAME_MAX = 255;

    private final Path top;
    /** Whether files of the wanted size and time are complete, and what parts have is right. */
    private final boolean completeTrusted;

    private boolean partsTrusted;
    private @Nullable TreePart part;
    /** The last directory that was found to be one. */
    private @Nullable Path checked;

    private record Dated(Path directory, long mtime) {}

    private final List<Dated> directories = new ArrayList<>();
    private long files;
    private long present;
    private long spliced;

    /**
     * @param completeTrusted whether a file of the right size and time is taken for complete
     */
    TreeWriter(Path top, boolean completeTrusted) {
        this.top = top;
        this.completeTrusted = completeTrusted;
    }

    /** Another version of the tar begins, or the same once more. */
    void begin(boolean sameVersion) throws IOException {
        close();
        partsTrusted = sameVersion;
        directories.clear();
        files = 0;
        present = 0;
    }

    /** Number of files of the tar so far, and of those among them that were there already. */
    long files() {
        return files;
    }

    long present() {
        return present;
    }

    /** Octets that no user space has seen. */
    long spliced() {
        return spliced + (part == null ? 0 : part.sink().spliced());
    }

    /** Where the octets of the current file can go without being copied; null if nowhere. */
    @Nullable
    FileSink sink() {
        return part == null ? null : part.sink();
    }

    @Override
    public void directory(byte[] path, long mtime) throws IOException {
        Path directory = resolve(path);
        checkDirectory(directory);
        directories.add(new Dated(directory, mtime));
    }

    /** Makes a directory unless it is there; anything else of that name is an error. */
    private void checkDirectory(Path directory) throws IOException {
        if (directory.equals(checked)) {
            return;
        }
        if (!directory.equals(top)) {
            Path parent = directory.getParent();
            checkDirectory(parent == null ? top : parent);
        }
        BasicFileAttributes there = attributes(directory);
        if (there == null) {
            Files.createDirectory(directory);
        } else if (!there.isDirectory()) {
            throw new IOException(directory + " exists and is no directory; move it away");
        }
        checked = directory;
    }

    private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private Path resolve(byte[] path) throws IOException {
        Path resolved = top;
        int start = 0;
        boolean first = true;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                byte[] name = Arrays.copyOfRange(path, start, i);
                boolean end = i == path.length && name.length == 0;
                if (!end) {
                    checkName(name);
                    resolved = first ? resolved : resolved.resolve(PathBytes.name(name));
                }
                first = false;
                start = i + 1;
            }
        }
        return resolved;
    }

    private static void checkName(byte[] name) throws IOException {
        boolean bad = name.length == 0
                || name.length > NAME_MAX
                || PathBytes.isDots(name, 0, name.length);
        for (byte octet : name) {
            bad |= octet == 0;
        }
        if (bad) {
            throw new IOException("the server sent a tar with a name that no file may have");
        }
    }

    @Override
    public long file(byte[] path, long size, long mtime) throws IOException {
        Path target = resolve(path);
        Path parent = target.getParent();
        if (target.equals(top) || parent == null) {
            throw new IOException("the server sent a tar of something that is no directory");
        }
        checkDirectory(parent);
        files++;
        BasicFileAttributes there = attributes(target);
        if (there != null && !there.isRegularFile()) {
            throw new IOException(target + " exists and is not a regular file; move it away");
        }
        if (completeTrusted
                && there != null
                && there.size() == size
                && there.lastModifiedTime().to(TimeUnit.SECONDS) == mtime) {
            present++;
            return size;
        }
        TreePart begun = TreePart.open(target, size, mtime, partsTrusted);
        part = begun;
        return begun.size();
    }

    @Override
    public void content(MemorySegment bytes, int from, int to) throws IOException {
        if (part != null) {
            part.write(bytes, from, to);
        }
    }

    /** Has the sink write what it collected; how many octets. */
    long writeCollected() throws IOException {
        if (part == null) {
            throw new IOException(Errno.describe(-Errno.EBADF));
        }
        return part.writeCollected();
    }

    @Override
    public void fileEnds() throws IOException {
        TreePart done = part;
        if (done != null) {
            spliced += done.sink().spliced();
            part = null;
            done.commit();
        }
    }

    /** Gives the directories their times, the deepest first: each new entry changes its parent. */
    void finish() throws IOException {
        for (Dated dated : directories.reversed()) {
            Files.setLastModifiedTime(
                    dated.directory(), FileTime.from(dated.mtime(), TimeUnit.SECONDS));
        }
    }

    /** Keeps what the current file has. */
    @Override
    public void close() throws IOException {
        TreePart open = part;
        part = null;
        if (open != null) {
            spliced += open.sink().spliced();
            open.close();
        }
    }
}
