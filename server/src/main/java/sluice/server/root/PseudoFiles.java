package sluice.server.root;

import sluice.linux.WriteCalls;

import java.util.Set;

/**
 * Recognizes files that the kernel writes while somebody reads them, such as those of /proc and
 * /sys. Their size in stat(2) is not what a read returns: 0 on procfs, a page on sysfs. So no
 * Content-Length can be promised, and they count as missing, as devices do.
 */
final class PseudoFiles {
    /** The f_type of statfs(2), from linux/magic.h. */
    private static final Set<Long> MAGIC = Set.of(
            0x9fa0L, // proc
            0x62656572L, // sysfs
            0x64626720L, // debugfs
            0x74726163L, // tracefs
            0x73636673L, // securityfs
            0x62656570L, // configfs
            0x27e0ebL, // cgroup
            0x63677270L, // cgroup2
            0x7655821L, // resctrl
            0xcafe4a11L, // bpf
            0x42494e4dL, // binfmt_misc
            0x65735543L, // fusectl
            0x6e736673L, // nsfs
            0xabba1974L, // xenfs
            0xf97cff8cL, // selinuxfs
            0x43415d53L, // smackfs
            0x5a3c69f0L); // apparmorfs

    private PseudoFiles() {}

    /** Whether an open file or directory is on a file system of such files. */
    static boolean isAmong(int fd) {
        return MAGIC.contains(WriteCalls.fileSystem(fd));
    }
}
