package sluice.server.testing;

import sluice.server.CacheLimits;
import sluice.server.ProcessBudget;

/** Budgets for tests that have no process of their own. */
public final class Budgets {
    private static final long MIB = 1L << 20;
    private static final int DESCRIPTORS_PER_UPLOAD_AND_ITS_HALF = 8;

    private Budgets() {}

    /** As on a large machine, with so many descriptors for files. */
    public static ProcessBudget withOpenFiles(int files) {
        return new ProcessBudget(
                1_000,
                1_000,
                new CacheLimits(64 * MIB, 16_384, files),
                Math.max(1, files / DESCRIPTORS_PER_UPLOAD_AND_ITS_HALF),
                1_000 * MIB,
                8);
    }
}
