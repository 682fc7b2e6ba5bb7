package sluice.server.upload;

import sluice.linux.Dirent;
import sluice.server.Uploads;
import sluice.server.root.DirectoryNames;
import sluice.server.root.FileKind;
import sluice.server.root.FileStat;
import sluice.server.root.LinuxRoot;
import sluice.server.root.PathKey;
import sluice.server.root.PathScratch;
import sluice.server.root.UploadName;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Removes the files that uploads left behind: files whose process has ended (nobody holds their
 * lock), and uploads that no client resumed in time. It checks all directories once at the start,
 * and later only those that may contain such files. Of other files it reads only the names. One
 * thread at a time, except for {@link #note}.
 */
public final class UploadSweep {
    /** Most directories checked at the start; a later upload brings the others to the sweep. */
    private static final int DIRECTORIES_MAX = 1_000_000;
    /** Most directories remembered; the next start finds files left in any other. */
    private static final int NOTED_MAX = 10_000;

    private final LinuxRoot root;
    private final Uploads limits;
    private final KeptUploads kept;
    private final Set<PathKey> noted = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /**
     * @param kept counts the uploads that the sweep finds and leaves
     */
    UploadSweep(LinuxRoot root, Uploads limits, KeptUploads kept) {
        this.root = root;
        this.limits = limits;
        this.kept = kept;
    }

    /** Remembers that the directory [0, end) of this path may contain files to remove. */
    void note(byte[] path, int end) {
        PathKey key = new PathKey().set(path, 0, end);
        if (noted.size() < NOTED_MAX && !noted.contains(key)) {
            noted.add(key.copy());
        }
    }

    public void stop() {
        stopped = true;
    }

    /** Checks all directories of the root. */
    public void all() {
        Deque<byte[]> paths = new ArrayDeque<>();
        paths.add(new byte[0]);
        for (int i = 0; i < DIRECTORIES_MAX && !stopped && !paths.isEmpty(); i++) {
            byte[] path = paths.removeLast();
            if (sweep(path, paths)) {
                note(path, path.length);
            }
        }
    }

    /** Checks the remembered directories. */
    public void noted() {
        noted(path -> sweep(path, new ArrayDeque<>()));
    }

    /**
     * Like {@link #noted()}, with another check.
     *
     * @param look checks one directory; true if a file in it has to stay for now
     */
    void noted(Predicate<byte[]> look) {
        for (PathKey key : List.copyOf(noted)) {
            // Forget the directory before the check, so that a later upload notes it again.
            if (!stopped && noted.remove(key) && look.test(key.octets())) {
                noted.add(key);
            }
        }
    }

    /**
     * Checks one directory and adds its subdirectories; true if a file has to stay for now. Skips
     * a path that is too long for the kernel, since no upload could use such a path.
     */
    private boolean sweep(byte[] path, Deque<byte[]> paths) {
        int fd = root.openDirectory(path, path.length);
        if (fd < 0) {
            return false;
        }
        try (WritableDirectory directory = new WritableDirectory(fd, path)) {
            boolean left = false;
            for (byte[] name : read(directory, path, paths)) {
                left |= !takeAway(directory, name);
            }
            return left;
        }
    }

    /** The names in a directory that belong to uploads. */
    private static List<byte[]> read(
            WritableDirectory directory, byte[] path, Deque<byte[]> paths) {
        List<byte[]> names = new ArrayList<>();
        DirectoryNames.read(directory.descriptor(), (name, type) -> {
            if (UploadName.isDirectory(name)) {
                // Elsewhere it may be that of another site, whose root is below this one.
                if (path.length == 0 && isDirectory(directory, name, type)) {
                    paths.add(below(path, name));
                }
            } else if (UploadName.isReserved(name, 0, name.length)) {
                names.add(name);
            } else if (isDirectory(directory, name, type)) {
                paths.add(below(path, name));
            }
            return true;
        });
        return names;
    }

    /** Asks where the file system tells no type; follows no link, since links can form a cycle. */
    static boolean isDirectory(WritableDirectory directory, byte[] name, int type) {
        return type == Dirent.DT_DIR
                || type == Dirent.DT_UNKNOWN
                        && directory.look(name) == 0
                        && FileStat.of(PathScratch.current().statx).kind() == FileKind.DIRECTORY;
    }

    private static byte[] below(byte[] path, byte[] name) {
        byte[] joined = Arrays.copyOf(path, path.length + name.length + 1);
        System.arraycopy(name, 0, joined, path.length, name.length);
        joined[joined.length - 1] = '/';
        return joined;
    }

    /** Removes a file that was left behind; returns whether no file of this name is left. */
    private boolean takeAway(WritableDirectory directory, byte[] name) {
        if (mayBeResumed(directory, name)) {
            return false;
        }
        TempFile file = TempFile.open(directory, name);
        if (file.descriptor() < 0) {
            return directory.look(name) < 0;
        }
        file.discard();
        kept.remove(directory.pathOf(UploadName.isState(name) ? UploadName.ofState(name) : name));
        return true;
    }

    private boolean mayBeResumed(WritableDirectory directory, byte[] name) {
        boolean isState = UploadName.isState(name);
        byte[] data = isState ? UploadName.ofState(name) : name;
        byte[] state = UploadName.stateOf(data);
        if (!UploadName.isUpload(data) || directory.look(state) < 0) {
            return false;
        }
        long changed = FileStat.of(PathScratch.current().statx).mtimeSeconds();
        long size = 0;
        if (directory.look(data) == 0) {
            FileStat stat = FileStat.of(PathScratch.current().statx);
            changed = Math.max(changed, stat.mtimeSeconds());
            size = stat.size();
        }
        if (System.currentTimeMillis() / 1_000 - changed >= limits.maxAge().toSeconds()) {
            return false;
        }
        kept.found(directory.pathOf(data), size);
        return true;
    }
}
