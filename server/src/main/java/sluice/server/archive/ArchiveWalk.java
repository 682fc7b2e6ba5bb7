package sluice.server.archive;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.server.content.Lookup;
import sluice.server.listing.ListingBudget;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileKind;
import sluice.server.root.FileStat;
import sluice.server.root.Opened;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Walks a directory for an {@link Archive}: what a client could find by listings and open. What it
 * could not is left out: hidden names, devices, links out of the root, files that the server may
 * not read, and of a directory with an index all but the index. A link is what it leads to, but a
 * directory is not put into itself. Names are in the order of their octets. Blocks; one thread.
 */
public final class ArchiveWalk {
    /** Most entries: some 35 MB of memory, and a walk of a few seconds. */
    public static final int ENTRIES_MAX = 200_000;

    /** Octets that an entry takes beside its path. */
    private static final int ENTRY = 160;

    /** A directory on the way: its path, its file, and the names that come next. */
    private record Level(byte[] path, FileStat stat, Iterator<DirectoryEntry> names) {}

    private final DocumentRoot root;
    private final byte[] directory;
    private final byte[] index;
    private final boolean dotfiles;
    private final ListingBudget.Draft draft;
    private final int most;
    private final List<Archive.Entry> entries = new ArrayList<>();
    private final Deque<Level> levels = new ArrayDeque<>();
    private Lookup.@Nullable Missing end;

    /**
     * @param directory decoded, as "/" or "/a/b/"
     * @param index the name of the file that is sent for a directory
     */
    public ArchiveWalk(
            DocumentRoot root,
            byte[] directory,
            byte[] index,
            boolean dotfiles,
            ListingBudget.Draft draft) {
        this(root, directory, index, dotfiles, draft, ENTRIES_MAX);
    }

    ArchiveWalk(
            DocumentRoot root,
            byte[] directory,
            byte[] index,
            boolean dotfiles,
            ListingBudget.Draft draft,
            int most) {
        this.most = most;
        this.root = root;
        this.directory = directory;
        this.index = index;
        this.dotfiles = dotfiles;
        this.draft = draft;
    }

    /** The archive, which owns the draft; or null, see {@link #reason}. */
    public @Nullable Archive walk(KeptArchives kept) {
        Lookup.Missing reason = enter(new byte[0]);
        if (reason != null) {
            end = reason;
        }
        while (end == null && !levels.isEmpty()) {
            Iterator<DirectoryEntry> names = levels.peek().names();
            if (names.hasNext()) {
                visit(levels.peek().path(), names.next());
            } else {
                levels.pop();
            }
        }
        if (end != null) {
            draft.release();
            return null;
        }
        Archive archive = new Archive(directory, entries, draft);
        kept.keep(archive);
        return archive;
    }

    /** Why there is no archive. */
    public Lookup.Missing reason() {
        return end == null ? Lookup.Missing.FAILED : end;
    }

    private void visit(byte[] level, DirectoryEntry entry) {
        boolean isDirectory = entry.kind() == FileKind.DIRECTORY;
        byte[] path =
                Arrays.copyOf(level, level.length + entry.name().length + (isDirectory ? 1 : 0));
        System.arraycopy(entry.name(), 0, path, level.length, entry.name().length);
        if (isDirectory) {
            path[path.length - 1] = '/';
            Lookup.Missing reason = enter(path);
            // A directory that cannot be opened or listed is left out.
            if (reason == Lookup.Missing.FAILED) {
                end = reason;
            }
        } else {
            addFile(path);
        }
    }

    private Opened open(byte[] path) {
        // The root opens "/a/b/" as "a/b/", and itself as "".
        byte[] whole = Arrays.copyOf(directory, directory.length + path.length);
        System.arraycopy(path, 0, whole, directory.length, path.length);
        return root.open(whole, 1, whole.length, false);
    }

    private void addFile(byte[] path) {
        switch (open(path)) {
            case Opened.Found found -> {
                found.file().close();
                if (found.stat().kind() == FileKind.REGULAR) {
                    add(path, found.stat());
                }
            }
            case Opened.Failed _, Opened.Cold _, Opened.Unreachable _ ->
                end = Lookup.Missing.FAILED;
            case Opened.NotFound _, Opened.Forbidden _ -> {}
        }
    }

    private void add(byte[] path, FileStat stat) {
        entries.add(new Archive.Entry(path, stat));
        if (!draft.more(ENTRY + path.length) || entries.size() > most) {
            stop();
        }
    }

    /** There is no room for more entries, now or ever; or nobody waits for them. */
    private void stop() {
        boolean tooMany = entries.size() > most || draft.isTooLarge();
        end = tooMany ? Lookup.Missing.TOO_MANY : Lookup.Missing.BUSY;
    }

    /** Begins a directory; the reason why not if it cannot. */
    private Lookup.@Nullable Missing enter(byte[] path) {
        return switch (open(path)) {
            case Opened.Found found -> {
                try {
                    yield found.stat().kind() == FileKind.DIRECTORY
                            ? list(path, found)
                            : Lookup.Missing.NOT_FOUND;
                } finally {
                    found.file().close();
                }
            }
            case Opened.Forbidden _ -> Lookup.Missing.FORBIDDEN;
            case Opened.NotFound _ -> Lookup.Missing.NOT_FOUND;
            case Opened.Failed _, Opened.Cold _, Opened.Unreachable _ -> Lookup.Missing.FAILED;
        };
    }

    private Lookup.@Nullable Missing list(byte[] path, Opened.Found found) {
        if (levels.stream().anyMatch(level -> isSame(level.stat(), found.stat()))) {
            return Lookup.Missing.NOT_FOUND;
        }
        byte[] whole = Arrays.copyOf(directory, directory.length + path.length);
        System.arraycopy(path, 0, whole, directory.length, path.length);
        DirectoryEntries listed =
                root.list(found.file(), whole, 1, whole.length, dotfiles, draft::more);
        if (listed.error() == -Errno.ENOENT) {
            return Lookup.Missing.NOT_FOUND; // deleted since it was opened: getdents64(2)
        }
        if (listed.error() != 0) {
            boolean denied = listed.error() == -Errno.EACCES && listed.entries().isEmpty();
            return denied ? Lookup.Missing.FORBIDDEN : Lookup.Missing.FAILED;
        }
        if (listed.cut()) {
            end = Lookup.Missing.TOO_MANY;
            return null;
        }
        if (draft.isFull() || !draft.isWanted()) {
            stop();
            return null;
        }
        List<DirectoryEntry> names = new ArrayList<>(listed.entries());
        if (names.stream().anyMatch(this::isIndex)) {
            names.removeIf(entry -> !isIndex(entry));
        }
        names.sort(Comparator.comparing(DirectoryEntry::name, Arrays::compareUnsigned));
        add(path, found.stat());
        levels.push(new Level(path, found.stat(), names.iterator()));
        return null;
    }

    private boolean isIndex(DirectoryEntry entry) {
        return entry.kind() == FileKind.REGULAR && Arrays.equals(entry.name(), index);
    }

    /** Where the system gives directories no numbers, the length of paths ends a circle. */
    private static boolean isSame(FileStat one, FileStat other) {
        return one.inode() != 0 && one.inode() == other.inode() && one.device() == other.device();
    }
}
