package sluice.cli;

import sluice.io.Limits;
import sluice.io.Machinery;
import sluice.server.CacheLimits;
import sluice.server.MemoryPlan;
import sluice.server.ProcessBudget;
import sluice.server.ProcessFacts;

import java.util.List;

/** What this process may have, and what a server takes of it, in words. */
final class BudgetReport {
    private static final int SHIFT = 10;

    private BudgetReport() {}

    /** Lines for {@code sluice doctor}: facts, then what follows for the default model. */
    static List<String> lines() {
        ProcessFacts facts = ProcessFacts.read();
        ProcessBudget budget = ProcessBudget.of(
                facts, Machinery.defaults(), Limits.defaults(), MemoryPlan.defaults());
        return List.of(
                "this process may have: memory " + size(facts.memory()) + ", of it Java heap "
                        + size(facts.heap()) + "; virtual memory " + size(facts.addresses())
                        + "; descriptors " + number(facts.descriptors()) + "; threads "
                        + number(facts.tasks()),
                "so a server takes at most: " + words(budget));
    }

    /** One line. */
    static String words(ProcessBudget budget) {
        CacheLimits cache = budget.cache();
        return number(budget.connections()) + " connections, "
                + number(budget.buffersPerLoop()) + " buffers per loop and direction, "
                + number(budget.loopsMax()) + " loops, " + size(cache.bodies())
                + " of small files in memory, " + number(cache.openFiles()) + " open files, "
                + number(cache.entries()) + " known files, " + number(budget.uploads())
                + " uploads, " + size(budget.listings()) + " of listings";
    }

    private static String number(long number) {
        return number == ProcessFacts.NONE ? "without limit" : String.valueOf(number);
    }

    private static String size(long bytes) {
        if (bytes == ProcessFacts.NONE) {
            return "without limit";
        }
        long mib = bytes >> 2 * SHIFT;
        return mib >= SHIFT * 1_000 ? (mib >> SHIFT) + " GiB" : mib + " MiB";
    }
}
