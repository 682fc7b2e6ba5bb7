package sluice.server.upload;

import sluice.linux.Errno;
import sluice.linux.WriteCalls;
import sluice.server.Uploads;
import sluice.server.root.LinuxRoot;
import sluice.server.root.PathKey;
import sluice.server.root.UploadName;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The uploads that wait for a client to resume them, the one that waits longest first, and a limit
 * for all of them together. Keys are paths below the root. Any thread may call.
 */
final class KeptUploads {
    /** Each takes up to two inodes, which a disk may run out of before its space. */
    private static final int MOST = 10_000;

    private final LinuxRoot root;
    private final Uploads limits;
    private final Map<PathKey, Long> octetsOf = new LinkedHashMap<>();
    private long octets;

    KeptUploads(LinuxRoot root, Uploads limits) {
        this.root = root;
        this.limits = limits;
    }

    /** Keeps octets for a later request; false if they alone exceed what may be kept. */
    boolean keep(TempFile temp, long size) {
        long most = most(temp.directory(), size);
        if (size > most) {
            return false;
        }
        add(temp.directory().pathOf(temp.name()), size);
        takeSurplus(most).forEach(this::drop);
        return true;
    }

    private long most(WritableDirectory directory, long size) {
        if (limits.maxUnfinished() != Uploads.DERIVED) {
            return limits.maxUnfinished();
        }
        long free = WriteCalls.freeBytes(directory.descriptor());
        long countable = Long.MAX_VALUE / Uploads.UNFINISHED_SHARE_OF;
        return free < 0
                ? Long.MAX_VALUE
                : (Math.min(free, countable) + octets() + size)
                        / Uploads.UNFINISHED_SHARE_OF
                        * Uploads.UNFINISHED_SHARE;
    }

    /** Deletes an upload that waited for long, unless a request has just resumed it. */
    private void drop(byte[] path) {
        int end = path.length;
        while (end > 0 && path[end - 1] != '/') {
            end--;
        }
        int fd = root.openDirectory(path, end);
        if (fd < 0) {
            return;
        }
        byte[] name = Arrays.copyOfRange(path, end, path.length);
        try (WritableDirectory directory = new WritableDirectory(fd, Arrays.copyOf(path, end))) {
            TempFile temp = TempFile.open(directory, name);
            if (temp.descriptor() != -Errno.EAGAIN) {
                directory.remove(UploadName.stateOf(name));
                directory.remove(name);
            }
            if (temp.descriptor() >= 0) {
                temp.close();
            }
        }
    }

    /** Octets of all. */
    synchronized long octets() {
        return octets;
    }

    /** Counts an upload. A finished one of which only the state is kept has no octets. */
    synchronized void add(byte[] path, long size) {
        remove(path);
        octetsOf.put(new PathKey().set(path, 0, path.length), size);
        octets += size;
    }

    /** Counts an upload that lies on the disk, unless it is counted already. */
    synchronized void found(byte[] path, long size) {
        if (!octetsOf.containsKey(new PathKey().set(path, 0, path.length))) {
            add(path, size);
        }
    }

    synchronized void remove(byte[] path) {
        Long size = octetsOf.remove(new PathKey().set(path, 0, path.length));
        octets -= size == null ? 0 : size;
    }

    /** Takes out the uploads that wait longest, as far as all are too much; the caller deletes. */
    synchronized List<byte[]> takeSurplus(long most) {
        List<byte[]> surplus = new ArrayList<>();
        Iterator<Map.Entry<PathKey, Long>> all = octetsOf.entrySet().iterator();
        while (all.hasNext() && (octets > most || octetsOf.size() > MOST)) {
            Map.Entry<PathKey, Long> oldest = all.next();
            octets -= oldest.getValue();
            surplus.add(oldest.getKey().octets());
            all.remove();
        }
        return surplus;
    }
}
