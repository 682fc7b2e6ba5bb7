package sluice.server.root;

import static java.nio.charset.StandardCharsets.UTF_8;

import sluice.io.OpenFile;
import sluice.linux.Errno;
import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * A root that has other roots at some of its paths. Each stays what it is: a path below one opens
 * nothing outside of it. A mount hides what the root has at its path.
 */
public final class MountedRoot implements DocumentRoot {
    /**
     * One of the other roots.
     *
     * @param prefix its path with a slash behind it, and without one before
     */
    private record Mount(byte[] prefix, DocumentRoot root) {
        /** Where the rest of a path begins that leads into it; negative for another path. */
        int below(byte[] path, int from, int to) {
            int length = Math.min(to - from, prefix.length);
            boolean leads = length >= prefix.length - 1
                    && Arrays.equals(path, from, from + length, prefix, 0, length);
            return leads ? from + length : -1;
        }
    }

    private final DocumentRoot main;
    /** The longest prefix first: a mount may lie below another. */
    private final List<Mount> mounts;
    /** Whether a root has moved, and nobody knows yet. */
    private final AtomicBoolean moved = new AtomicBoolean();

    private MountedRoot(DocumentRoot main, List<Mount> mounts) {
        this.main = main;
        this.mounts = mounts;
    }

    /**
     * Opens directories below a root, which becomes theirs.
     *
     * @param directories by paths that begin with a slash and end without one
     * @throws IOException if one cannot be opened; then all are closed but the root
     */
    public static DocumentRoot over(
            DocumentRoot main, Map<String, Path> directories, SymlinkPolicy policy, int lowest)
            throws IOException {
        if (directories.isEmpty()) {
            return main;
        }
        List<Mount> mounts = new ArrayList<>();
        try {
            for (Map.Entry<String, Path> each : directories.entrySet()) {
                byte[] prefix = (each.getKey().substring(1) + "/").getBytes(UTF_8);
                mounts.add(new Mount(prefix, DocumentRoot.open(each.getValue(), policy, lowest)));
            }
        } catch (IOException | RuntimeException e) {
            mounts.forEach(mount -> mount.root.close());
            throw e;
        }
        mounts.sort(
                Comparator.comparingInt((Mount mount) -> mount.prefix.length).reversed());
        return new MountedRoot(main, List.copyOf(mounts));
    }

    @Override
    public Opened open(byte[] path, int from, int to, boolean cachedOnly) {
        for (Mount mount : mounts) {
            int below = mount.below(path, from, to);
            if (below >= 0) {
                return mount.root.open(path, below, to, cachedOnly);
            }
        }
        return main.open(path, from, to, cachedOnly);
    }

    @Override
    public DirectoryEntries list(
            OpenFile directory,
            byte[] path,
            int from,
            int to,
            boolean dotfiles,
            BooleanSupplier more) {
        for (Mount mount : mounts) {
            int below = mount.below(path, from, to);
            if (below >= 0) {
                return mount.root.list(directory, path, below, to, dotfiles, more);
            }
        }
        return main.list(directory, path, from, to, dotfiles, more);
    }

    @Override
    public String name() {
        return main.name();
    }

    /** A mount whose name leads nowhere stays what it was, and the site with it. */
    @Override
    public int follow(boolean cachedOnly) {
        int led = main.follow(cachedOnly);
        boolean any = led == MOVED;
        for (Mount mount : mounts) {
            int also = led < 0 ? led : mount.root.follow(cachedOnly);
            any |= also == MOVED;
            led = also == -Errno.EAGAIN ? also : led;
        }
        if (any) {
            moved.set(true);
        }
        // A look that has to be repeated must not forget what it has seen.
        return led >= 0 && moved.getAndSet(false) ? MOVED : led;
    }

    @Override
    public void close() {
        mounts.forEach(mount -> mount.root.close());
        main.close();
    }
}
