package sluice.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Kernel features that this process can use. The probe makes a real call for each feature, because
 * version numbers say nothing about back-ports, containers and seccomp filters.
 *
 * @param features all features, available or not, in a fixed order
 */
public record Probe(List<Feature> features) {
    /** Opens one path beneath a directory and refuses to leave it. */
    public static final String OPENAT2 = "openat2";
    /** Resolves a name only from the kernel's cache, so that a loop never waits for a disk. */
    public static final String RESOLVE_CACHED = "openat2 RESOLVE_CACHED";

    public static final String STATX = "statx";
    public static final String EPOLL = "epoll";
    public static final String EVENTFD = "eventfd";
    public static final String SENDFILE = "sendfile";
    public static final String SPLICE = "splice";
    public static final String COPY_FILE_RANGE = "copy_file_range";
    /** Reads only what is in the page cache, on the file system that holds the JVM. */
    public static final String RWF_NOWAIT = "preadv2 RWF_NOWAIT";
    /** Counts a file's pages in the page cache. */
    public static final String CACHESTAT = "cachestat";

    /** Functions of the C library, not a system call. */
    public static final String POSIX_AIO = "POSIX aio";

    public static final String IO_URING = "io_uring";
    public static final String IO_URING_DEFER_TASKRUN = "io_uring DEFER_TASKRUN";
    /** Receives into buffers that the kernel chooses, so that an idle connection needs none. */
    public static final String IO_URING_BUFFER_RING = "io_uring buffer ring";

    /** Sends memory without copying it, and reports if the kernel copied it after all. */
    public static final String IO_URING_SEND_ZC = "io_uring SEND_ZC";

    /**
     * What to do about ENOMEM of io_uring_setup(2): all rings of a user count together, also those
     * of his other processes.
     */
    public static final String LOCKED_MEMORY =
            "its rings count as locked memory of this user: raise ulimit -l, or take fewer loops";

    public static final String MSG_ZEROCOPY = "MSG_ZEROCOPY";
    public static final String SO_REUSEPORT = "SO_REUSEPORT";
    public static final String IPV6 = "IPv6";
    public static final String LANDLOCK = "landlock";
    public static final String PIDFD = "pidfd_open";

    public Probe {
        features = List.copyOf(features);
    }

    /**
     * @param detail what the probe found; if not available, why, and what is needed
     */
    public record Feature(String name, boolean available, String detail) {}

    /** Tries all features; takes some milliseconds, leaves nothing open. Any thread may call. */
    public static Probe run() {
        var features = new ArrayList<Feature>();
        for (var check : Check.ALL) {
            features.add(Linux.available() ? check.run() : check.skipped());
        }
        return new Probe(features);
    }

    /** Tries the feature with one of the names above. Any thread may call. */
    public static Feature of(String name) {
        for (var check : Check.ALL) {
            if (check.name.equals(name)) {
                return Linux.available() ? check.run() : check.skipped();
            }
        }
        throw new IllegalArgumentException("no such feature: " + name);
    }

    /** The feature with one of the names above. */
    public Feature feature(String name) {
        for (var feature : features) {
            if (feature.name.equals(name)) {
                return feature;
            }
        }
        throw new IllegalArgumentException("no such feature: " + name);
    }

    /** Whether the feature with one of the names above is available. */
    public boolean has(String name) {
        return feature(name).available;
    }

    /** What a check found: the result of a call, and a detail to report on success. */
    record Finding(long result, String detail) {
        Finding(long result) {
            this(result, "");
        }
    }

    /**
     * @param needs what the feature requires
     * @param call tries the feature, and adds each descriptor it opens to its argument
     */
    record Check(String name, String needs, Function<Descriptors, Finding> call) {
        static final List<Check> ALL = List.of(
                new Check(OPENAT2, "Linux 5.6; openat does instead", FileProbes::openat2),
                new Check(RESOLVE_CACHED, "Linux 5.12", FileProbes::resolveCached),
                new Check(STATX, "Linux 4.11; newfstatat does instead", FileProbes::statx),
                new Check(EPOLL, "Linux 2.6.27", SystemProbes::epoll),
                new Check(EVENTFD, "Linux 2.6.27", SystemProbes::eventfd),
                new Check(SENDFILE, "Linux 2.6.33", FileProbes::sendfile),
                new Check(SPLICE, "Linux 2.6.17", FileProbes::splice),
                new Check(COPY_FILE_RANGE, "Linux 5.3", FileProbes::copyFileRange),
                new Check(RWF_NOWAIT, "Linux 4.14, file system support", FileProbes::readNoWait),
                new Check(CACHESTAT, "Linux 6.5", FileProbes::cachestat),
                new Check(POSIX_AIO, "glibc 2.34", SystemProbes::posixAio),
                new Check(IO_URING, "Linux 5.1, not disabled", SystemProbes::ioUring),
                new Check(IO_URING_DEFER_TASKRUN, "Linux 6.1", SystemProbes::deferTaskrun),
                new Check(IO_URING_BUFFER_RING, "Linux 5.19", SystemProbes::bufferRing),
                new Check(IO_URING_SEND_ZC, "Linux 6.2", SystemProbes::sendZeroCopy),
                new Check(MSG_ZEROCOPY, "Linux 4.14", SystemProbes::zerocopy),
                new Check(SO_REUSEPORT, "Linux 3.9", SystemProbes::reusePort),
                new Check(IPV6, "IPv6 enabled", SystemProbes::ipv6),
                new Check(LANDLOCK, "Linux 5.13, enabled at boot", SystemProbes::landlock),
                new Check(PIDFD, "Linux 5.3", SystemProbes::pidfd));

        Feature run() {
            try (var open = new Descriptors()) {
                var found = call.apply(open);
                boolean available = found.result >= 0;
                boolean locked = found.result == -Errno.ENOMEM && name.startsWith(IO_URING);
                var reason = Errno.describe(found.result) + "; "
                        + (locked ? LOCKED_MEMORY : "needs " + needs);
                return new Feature(name, available, available ? found.detail : reason);
            }
        }

        Feature skipped() {
            return new Feature(name, false, Linux.unavailableReason());
        }
    }
}
