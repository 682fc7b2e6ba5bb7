package sluice.server.root;

import org.jspecify.annotations.Nullable;

import sluice.io.Change;
import sluice.io.ChannelFile;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.io.Residency;
import sluice.io.Samples;
import sluice.linux.FileCalls;
import sluice.linux.Statx;

/** Checks whether an open file still is the version that it was at its open. */
public final class Versions {
    private Versions() {}

    /**
     * Whether nobody touched the file since {@code stat} was read, its mode, owner and names
     * included: what a new request must ask. Any thread may call.
     */
    public static boolean unchanged(OpenFile file, FileStat stat) {
        Residency residency = residency(file);
        return residency == null ? change(file, stat) == Change.NONE : residency.isCurrent();
    }

    /**
     * Whether the file still has the bytes that it had when {@code stat} was read, as far as can be
     * told: what a response must ask that promised these bytes. Any thread may call.
     */
    public static boolean hold(OpenFile file, FileStat stat, Samples samples) {
        if (residency(file) != null) {
            // Its octets are those of one version for ever.
            return true;
        }
        Change change = change(file, stat);
        return change == Change.NONE || samples.hold(file, change, () -> change(file, stat));
    }

    private static @Nullable Residency residency(OpenFile file) {
        return file instanceof LinuxFile linux ? linux.residency() : null;
    }

    /**
     * What happened to the file behind {@code file} since {@code stat} was read. A descriptor takes
     * one statx(2) and no allocation; for a channel see {@link PortableRoot}. A file that cannot be
     * asked counts as lost.
     */
    private static Change change(OpenFile file, FileStat stat) {
        return switch (file) {
            case LinuxFile linux -> change(linux.descriptor(), stat);
            case ChannelFile channel -> PortableRoot.change(channel, stat);
        };
    }

    private static Change change(int descriptor, FileStat stat) {
        var scratch = PathScratch.current();
        int mask = Statx.STATX_BASIC_STATS;
        return FileCalls.statx(descriptor, mask, scratch.statxAddress) == 0
                ? stat.change(scratch.statx)
                : Change.SHRUNK;
    }
}
