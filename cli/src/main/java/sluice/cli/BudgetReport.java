package sluice.cli;

import sluice.io.Limits;
import sluice.io.Machinery;
import sluice.linux.Linux;
import sluice.linux.ProcessCalls;
import sluice.server.CacheLimits;
import sluice.server.MemoryPlan;
import sluice.server.ProcessBudget;
import sluice.server.ProcessFacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** What this process may have, and what a server takes of it, in words. */
final class BudgetReport {
    private static final int SHIFT = 10;
    /** Half of what is usual is enough for most: no words. */
    private static final int ENOUGH = 2;

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
                "so a server takes at most: " + words(budget),
                pinned());
    }

    /** Limits that the kernel applies by itself, and what happens beyond them. */
    private static String pinned() {
        if (!Linux.available()) {
            return "limits of pipes and of locked memory are unknown: " + Linux.unavailableReason();
        }
        long pages = pipePages();
        return "the kernel may keep in pipes of this user "
                + (pages == ProcessFacts.NONE ? "pages without limit" : pages + " pages")
                + " (splice, uploads; beyond that pipes are small), and pinned "
                + size(ProcessCalls.softLimit(ProcessCalls.RLIMIT_MEMLOCK))
                + " (zerocopy; beyond that bytes are copied and counted)";
    }

    /** pipe(7): 0 is no limit, as for a user with CAP_SYS_RESOURCE, of whom this does not ask. */
    private static long pipePages() {
        try {
            String said = Files.readString(Path.of("/proc/sys/fs/pipe-user-pages-soft"));
            long pages = Long.parseLong(said.strip());
            return pages == 0 ? ProcessFacts.NONE : pages;
        } catch (IOException | NumberFormatException unknown) {
            return ProcessFacts.NONE;
        }
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

    /**
     * Of what a server gets half of the usual or less, and which limit of the process is to blame:
     * one without which there was more. Empty if it gets more of all.
     */
    static String scarcity(
            ProcessFacts facts, Machinery machinery, Limits wanted, MemoryPlan plan) {
        List<String> scarce = new ArrayList<>();
        tell(
                scarce,
                "connections",
                facts,
                wanted.connections(),
                other -> ProcessBudget.of(other, machinery, wanted, plan).connections());
        tell(
                scarce,
                "loops",
                facts,
                machinery.loopCount(),
                other -> ProcessBudget.of(other, machinery, wanted, plan).loopsMax());
        tell(
                scarce,
                "buffers per loop and direction",
                facts,
                wanted.buffersPerLoop(),
                other -> ProcessBudget.of(other, machinery, wanted, plan).buffersPerLoop());
        return scarce.isEmpty() ? "" : "less than usual here: " + String.join("; ", scarce);
    }

    private static void tell(
            List<String> scarce,
            String what,
            ProcessFacts facts,
            long usual,
            ToLongFunction<ProcessFacts> share) {
        long here = share.applyAsLong(facts);
        if (here > usual / ENOUGH) {
            return;
        }
        List<String> reasons = new ArrayList<>();
        if (share.applyAsLong(facts.withDescriptors(ProcessFacts.NONE)) > here) {
            reasons.add("descriptors (ulimit -n " + facts.descriptors() + ")");
        }
        if (share.applyAsLong(facts.withTasks(ProcessFacts.NONE)) > here) {
            reasons.add("threads (" + facts.tasks() + ")");
        }
        if (reasons.isEmpty()) {
            reasons.add("memory (sluice doctor)");
        }
        scarce.add(here + " " + what + ", not " + usual + ", for lack of "
                + String.join(" and ", reasons));
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
