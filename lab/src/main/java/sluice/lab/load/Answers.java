package sluice.lab.load;

import org.jspecify.annotations.Nullable;

import sluice.http.Status;
import sluice.lab.LoadError;

/**
 * The right answer for each target, which is the first one: a server that mixes up bodies or cuts
 * them is not fast. Of one loop.
 */
final class Answers {
    private static final int UNKNOWN = 0;

    private final int[] statuses;
    private final long[] lengths;
    private final long[] checksums;

    Answers(int targets) {
        statuses = new int[targets];
        lengths = new long[targets];
        checksums = new long[targets];
    }

    /** What is wrong with an answer, or null. */
    @Nullable
    LoadError check(int target, int status, long length, long checksum) {
        if (status >= Status.BAD_REQUEST) {
            return LoadError.STATUS;
        }
        if (statuses[target] == UNKNOWN) {
            statuses[target] = status;
            lengths[target] = length;
            checksums[target] = checksum;
            return null;
        }
        if (status != statuses[target]) {
            return LoadError.STATUS;
        }
        boolean same = length == lengths[target] && checksum == checksums[target];
        return same ? null : LoadError.BODY;
    }

    /** For how many targets this loop and another know different answers. */
    long differences(Answers other) {
        long different = 0;
        for (int target = 0; target < statuses.length; target++) {
            boolean both = statuses[target] != UNKNOWN && other.statuses[target] != UNKNOWN;
            boolean same = statuses[target] == other.statuses[target]
                    && lengths[target] == other.lengths[target]
                    && checksums[target] == other.checksums[target];
            different += both && !same ? 1 : 0;
        }
        return different;
    }

    /** A copy for another thread. */
    Answers copy() {
        Answers copy = new Answers(statuses.length);
        System.arraycopy(statuses, 0, copy.statuses, 0, statuses.length);
        System.arraycopy(lengths, 0, copy.lengths, 0, lengths.length);
        System.arraycopy(checksums, 0, copy.checksums, 0, checksums.length);
        return copy;
    }
}
