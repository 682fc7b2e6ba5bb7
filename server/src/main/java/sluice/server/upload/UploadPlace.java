package sluice.server.upload;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Statx;
import sluice.linux.WriteCalls;
import sluice.server.root.LinuxRoot;
import sluice.server.root.PathScratch;
import sluice.server.root.UploadName;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where the octets of unfinished uploads lie: in one hidden directory of the root, so that nothing
 * else in the root changes until a file is complete. The server creates it when it is needed. It
 * belongs to its owner alone (0700), and has no set-group-ID bit that its files would inherit.
 *
 * <p>If a file cannot be renamed from there to its target, its octets lie beside the target: where
 * the directory cannot be made, and for a target on another file system or mount. Any thread.
 */
final class UploadPlace {
    private static final byte[] ROOT = {};
    private static final int MODE = 0700;
    private static final int ALL_BITS = 07777;
    private static final int STATX_MASK = Statx.STATX_BASIC_STATS | Statx.STATX_MNT_ID;

    private static final System.Logger LOG = System.getLogger("sluice.server");

    private final LinuxRoot root;
    private final AtomicBoolean told = new AtomicBoolean();
    /** A rename failed with EXDEV although both directories are on one mount (project quotas). */
    private volatile boolean crosses;

    UploadPlace(LinuxRoot root) {
        this.root = root;
    }

    /** Opens the place for an upload to a directory; returns {@code target} to stay beside it. */
    WritableDirectory open(WritableDirectory target) {
        if (crosses) {
            return target;
        }
        int fd = open();
        if (fd < 0) {
            tell(Errno.describe(fd));
            return target;
        }
        if (!sameMount(fd, target.descriptor())) {
            FileCalls.close(fd);
            return target;
        }
        return new WritableDirectory(fd, UploadName.directoryPath());
    }

    /**
     * A rename failed with EXDEV. From now on all octets lie beside their targets, unless the root
     * was replaced by one on another file system meanwhile: that one gets its own place.
     */
    void cannotRename(WritableDirectory from, WritableDirectory target) {
        if (sameMount(from.descriptor(), target.descriptor())) {
            crosses = true;
            tell(Errno.describe(-Errno.EXDEV));
        }
    }

    private void tell(String reason) {
        if (told.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "unfinished uploads lie beside their targets, not in .sluice-uploads of the"
                            + " root: " + reason);
        }
    }

    private int open() {
        int fd = root.openDirectory(ROOT, 0);
        if (fd < 0) {
            return fd;
        }
        try (WritableDirectory top = new WritableDirectory(fd, ROOT)) {
            int opened = top.openDirectory(UploadName.directory());
            if (opened == -Errno.ENOENT) {
                int made = make(top);
                // EEXIST: another upload was faster.
                opened = made < 0 && made != -Errno.EEXIST
                        ? made
                        : top.openDirectory(UploadName.directory());
            }
            return opened < 0 ? opened : checked(root.lift(opened));
        }
    }

    /** Creates the directory durably: it will have uploads that must survive a crash. */
    private static int make(WritableDirectory top) {
        int made = top.makeDirectory(UploadName.directory(), MODE);
        return made < 0 ? made : top.sync(Kernel.LINUX);
    }

    /** Takes the rights of others away. Fails if the directory belongs to another user. */
    private static int checked(int fd) {
        int error = look(fd);
        if (error == 0 && (Statx.mode(PathScratch.current().statx) & ALL_BITS) != MODE) {
            error = WriteCalls.chmod(fd, MODE);
        }
        if (error < 0) {
            FileCalls.close(fd);
        }
        return error < 0 ? error : fd;
    }

    private static int look(int fd) {
        return FileCalls.statx(fd, STATX_MASK, PathScratch.current().statxAddress);
    }

    /** rename(2) does not cross mounts, even of one file system; a btrfs subvolume has a device. */
    private static boolean sameMount(int one, int other) {
        MemorySegment statx = PathScratch.current().statx;
        if (look(one) < 0) {
            return false;
        }
        long device = Statx.dev(statx);
        long mount = mount(statx);
        return look(other) == 0 && Statx.dev(statx) == device && mount(statx) == mount;
    }

    private static long mount(MemorySegment statx) {
        return (Statx.mask(statx) & Statx.STATX_MNT_ID) == 0 ? 0 : Statx.mount(statx);
    }
}
