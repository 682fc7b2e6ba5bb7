package sluice.server.root;

import sluice.io.ChannelFile;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.linux.FileCalls;
import sluice.linux.Statx;

/** Checks whether an open file still is the version that it was at its open. */
public final class Versions {
    private Versions() {}

    /**
     * Whether the file behind {@code file} is still the version that {@code stat} was read from, as
     * {@link FileStat#sameVersion(FileStat)} decides. A descriptor takes one statx(2) and no
     * allocation; for a channel see {@link PortableRoot}. False if the system call fails. Any
     * thread may call.
     */
    public static boolean unchanged(OpenFile file, FileStat stat) {
        return switch (file) {
            case LinuxFile linux -> unchanged(linux.descriptor(), stat);
            case ChannelFile channel -> PortableRoot.unchanged(channel, stat);
        };
    }

    private static boolean unchanged(int descriptor, FileStat stat) {
        var scratch = PathScratch.current();
        int mask = Statx.STATX_BASIC_STATS;
        return FileCalls.statx(descriptor, mask, scratch.statxAddress) == 0
                && stat.sameVersion(scratch.statx);
    }
}
