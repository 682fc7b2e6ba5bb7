package sluice.server.archive;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;

/**
 * The archives of a site that were used last, so that a client whose connection broke need not wait
 * for another walk. Only a client that names the entity tag gets one: to any other it might be old.
 * One of whose files changed is given to nobody. Any thread may call.
 */
public final class KeptArchives {
    /** Most archives: each may hold memory of {@link ArchiveWalk#ENTRIES_MAX} entries. */
    private static final int MOST = 4;
    /** For how long nobody need use one: a client is back by then, or it is gone. */
    private static final long UNUSED_NANOS = Duration.ofSeconds(60).toNanos();

    private final ArrayDeque<Archive> archives = new ArrayDeque<>();

    /** Keeps an archive, with a use of its own. */
    synchronized void keep(Archive archive) {
        if (archive.retain()) {
            archives.addFirst(archive);
        }
        if (archives.size() > MOST) {
            archives.removeLast().release();
        }
    }

    /** The archive of a directory that has this tag, retained; or null. */
    public synchronized @Nullable Archive find(byte[] directory, byte[] tag) {
        for (Archive archive : archives) {
            boolean same = archive.isOf(directory) && Arrays.equals(archive.tag(), tag);
            if (same && !archive.isOutdated() && archive.retain()) {
                return archive;
            }
        }
        return null;
    }

    /** Called from time to time, to drop what nobody has used for a while. */
    public synchronized void sweep(long now) {
        for (Iterator<Archive> each = archives.iterator(); each.hasNext(); ) {
            Archive archive = each.next();
            if (archive.isOutdated() || archive.isUnusedSince(now - UNUSED_NANOS)) {
                each.remove();
                archive.release();
            }
        }
    }

    /** Drops all, since their memory is needed or the site closes. */
    public synchronized void clear() {
        archives.forEach(Archive::release);
        archives.clear();
    }
}
