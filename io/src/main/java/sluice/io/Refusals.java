package sluice.io;

import sluice.linux.Errno;
import sluice.linux.Kernel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which copy paths the kernel refuses for which file systems: sendfile(2) and splice(2) need a
 * file system that lends its pages (Linux 5.10 to 6.4 had some that do not, as have 9p and GPFS),
 * mmap(2) one that maps them, and a sandbox may forbid the calls. Nobody can ask for that, so the
 * first refusal teaches it, to the whole process. Any thread.
 */
final class Refusals {
    private static final System.Logger LOG = System.getLogger("sluice.io");
    /** More file systems than a machine mounts; then each opened file learns for itself. */
    private static final int MOST = 1_024;

    private static final Set<Refusal> KNOWN = ConcurrentHashMap.newKeySet();
    /** Whether there is any: read before each send, where a set would cost more. */
    private static volatile boolean any;

    /** The kernel is part of it because that of a test refuses what the real one does not. */
    private record Refusal(Kernel kernel, CopyMode path, long device) {}

    private Refusals() {}

    static boolean any() {
        return any;
    }

    static boolean isKnown(Kernel kernel, CopyMode path, long device) {
        return KNOWN.contains(new Refusal(kernel, path, device));
    }

    /** The kernel has refused a path with an error; warns once for a path and a file system. */
    static void learn(Kernel kernel, CopyMode path, long device, long error) {
        if (KNOWN.size() < MOST && KNOWN.add(new Refusal(kernel, path, device))) {
            any = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "copy path " + path.label() + " does not work on file system "
                            + (device >>> Integer.SIZE) + ":" + (int) device + " ("
                            + Errno.describe(error)
                            + "): its files go by read and send, counted as fallbacks; see"
                            + " /proc/self/mountinfo for its name");
        }
    }
}
