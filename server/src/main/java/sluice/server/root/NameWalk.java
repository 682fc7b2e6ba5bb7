package sluice.server.root;

import static sluice.linux.FileCalls.AT_FDCWD;
import static sluice.linux.FileCalls.O_CLOEXEC;
import static sluice.linux.FileCalls.O_DIRECTORY;
import static sluice.linux.FileCalls.O_NOFOLLOW;
import static sluice.linux.FileCalls.O_PATH;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.server.SymlinkPolicy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Opens a path below a directory name by name, where openat2(2) is refused: by a kernel before 5.6,
 * a seccomp filter or a sandbox. Every name is opened below the directory before it and with
 * O_NOFOLLOW, so the kernel follows no link; the walk reads a link and goes on with its names. A
 * ".." of a link walks again from the root to the directory above, because the parent of a
 * directory that somebody moves out of the root lies outside.
 *
 * <p>It blocks, and takes a system call or two per name.
 */
final class NameWalk {
    /** Most links in a path, as in the kernel (path_resolution(7)). */
    private static final int MAX_LINKS = 40;

    private static final int DIRECTORY = O_PATH | O_DIRECTORY | O_CLOEXEC;
    private static final byte[] PARENT = {'.', '.'};

    private final PathScratch scratch = PathScratch.current();
    private final int root;
    private final SymlinkPolicy policy;
    /** Names that are still to be opened. */
    private final Deque<byte[]> names = new ArrayDeque<>();
    /** Names of the directories from the root to {@link #at}, none of them a link. */
    private final List<byte[]> passed = new ArrayList<>();

    private int flags;
    /** The directory that the walk has reached. */
    private int at;

    private int links;

    private NameWalk(int root, SymlinkPolicy policy, int flags) {
        this.root = root;
        this.policy = policy;
        this.flags = flags;
        at = root;
    }

    /**
     * Opens the path [from, to), "" for the root itself.
     *
     * @return a descriptor, or {@code -errno} as openat2 would return it
     */
    static int open(int root, SymlinkPolicy policy, byte[] path, int from, int to, int flags) {
        NameWalk walk = new NameWalk(root, policy, flags);
        walk.push(Arrays.copyOfRange(path, from, to));
        try {
            return walk.run();
        } finally {
            walk.leave();
        }
    }

    private int run() {
        while (!names.isEmpty()) {
            byte[] name = names.removeFirst();
            boolean isLast = names.isEmpty();
            boolean isParent = Arrays.equals(name, PARENT);
            int step = isParent ? up() : open(name, isLast ? flags : DIRECTORY);
            if (step == -Errno.ELOOP || step == -Errno.ENOTDIR) {
                step = follow(name, step);
            } else if (step >= 0 && !isParent) {
                if (isLast) {
                    return step;
                }
                passed.add(name);
                enter(step);
            }
            if (step < 0) {
                return step;
            }
        }
        return openHere(new byte[0], flags);
    }

    private int open(byte[] name, int how) {
        // With O_PATH alone the kernel opens a link itself instead of refusing it.
        boolean opensLinks = (how & (O_PATH | O_DIRECTORY)) == O_PATH;
        return opensLinks && target(name) != null ? -Errno.ELOOP : openHere(name, how);
    }

    private int openHere(byte[] name, int how) {
        scratch.path(name, 0, name.length);
        return FileCalls.openat(at, scratch.pathAddress, how | O_NOFOLLOW, 0);
    }

    /** Puts the names of a link in front; {@code error} if the name is no link. */
    private int follow(byte[] name, int error) {
        byte[] target = target(name);
        if (target == null) {
            return error;
        }
        if (policy == SymlinkPolicy.NONE || ++links > MAX_LINKS) {
            return -Errno.ELOOP;
        }
        if (target.length > 0 && target[0] == '/') {
            if (policy != SymlinkPolicy.ALL) {
                return -Errno.EXDEV;
            }
            scratch.path(target, 0, 1);
            int top = FileCalls.openat(AT_FDCWD, scratch.pathAddress, DIRECTORY, 0);
            if (top < 0) {
                return top;
            }
            enter(top);
        }
        push(target);
        return 0;
    }

    /** The target of a link; null if the name is no link. */
    private byte @Nullable [] target(byte[] name) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(PathScratch.PATH_MAX);
            scratch.path(name, 0, name.length);
            long length = FileCalls.readlinkat(
                    at, scratch.pathAddress, buffer.address(), buffer.byteSize());
            return length < 0 ? null : buffer.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    private void push(byte[] path) {
        int end = path.length;
        if (end > 0 && path[end - 1] == '/' && names.isEmpty()) {
            flags |= O_DIRECTORY;
        }
        for (int i = path.length - 1; i >= -1; i--) {
            if (i < 0 || path[i] == '/') {
                byte[] name = Arrays.copyOfRange(path, i + 1, end);
                boolean skipped = name.length == 0 || name.length == 1 && name[0] == '.';
                if (!skipped) {
                    names.addFirst(name);
                }
                end = i;
            }
        }
    }

    /** Goes to the directory above: 0 or {@code -errno}. */
    private int up() {
        if (policy == SymlinkPolicy.ALL) {
            int above = openHere(PARENT, DIRECTORY);
            if (above >= 0) {
                enter(above);
            }
            return Math.min(0, above);
        }
        if (passed.isEmpty()) {
            return -Errno.EXDEV;
        }
        passed.removeLast();
        leave();
        for (byte[] name : passed) {
            int next = openHere(name, DIRECTORY);
            if (next < 0) {
                // A link took the place of a directory that was none a moment ago.
                return -Errno.EXDEV;
            }
            enter(next);
        }
        return 0;
    }

    private void enter(int directory) {
        leave();
        at = directory;
    }

    private void leave() {
        if (at != root) {
            FileCalls.close(at);
            at = root;
        }
    }
}
