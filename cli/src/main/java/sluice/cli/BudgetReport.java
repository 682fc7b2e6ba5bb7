package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.io.Limits;
import sluice.io.Machinery;
import sluice.io.TlsProvider;
import sluice.linux.Cgroups;
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

/** What this process may have, and what a server takes of it. */
final class BudgetReport {
    private static final String PROCESS = "This process may have";
    private static final String SERVER = "So a server takes at most";
    private static final int SHIFT = 10;
    /** Half of what is usual is enough for most: no words. */
    private static final int ENOUGH = 2;

    private BudgetReport() {}

    /** For the doctor: limits of the process, then what follows for the default model. */
    static List<Finding> findings() {
        ProcessFacts facts = ProcessFacts.read();
        ProcessBudget budget = ProcessBudget.of(
                facts, Machinery.defaults(), Limits.defaults(), MemoryPlan.defaults());
        CacheLimits cache = budget.cache();
        Cgroups groups = Cgroups.read();
        String scarce = scarcity(
                facts, Machinery.defaults(), Limits.defaults(), MemoryPlan.defaults(), null);
        return List.of(
                Finding.info(PROCESS, "memory", size(facts.memory())),
                Finding.info(PROCESS, "of it Java heap", size(facts.heap())),
                Finding.info(PROCESS, "virtual memory", size(facts.addresses())),
                Finding.info(PROCESS, "descriptors", number(facts.descriptors())),
                Finding.info(PROCESS, "threads", number(facts.tasks())),
                Finding.info(PROCESS, "cgroup memory", size(groups.memory())),
                Finding.info(PROCESS, "cgroup tasks", number(groups.tasks())),
                Finding.info(
                        PROCESS,
                        "pages in pipes",
                        number(pipePages()) + " for all of this user; beyond that pipes are small"),
                Finding.info(
                        PROCESS,
                        "pinned memory",
                        size(ProcessCalls.softLimit(ProcessCalls.RLIMIT_MEMLOCK))
                                + "; beyond that --copy zerocopy copies, and counts it"),
                scarce.isEmpty()
                        ? Finding.ok(SERVER, "connections", number(budget.connections()))
                        : Finding.note(SERVER, "connections", number(budget.connections()), scarce),
                Finding.info(SERVER, "buffers per direction", number(budget.buffersPerLoop())),
                Finding.info(SERVER, "loops", number(budget.loopsMax())),
                Finding.info(SERVER, "small files in memory", size(cache.bodies())),
                Finding.info(SERVER, "open files", number(cache.openFiles())),
                Finding.info(SERVER, "known files", number(cache.entries())),
                Finding.info(SERVER, "uploads", number(budget.uploads())),
                Finding.info(SERVER, "listings", size(budget.listings())));
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

    /**
     * Of what a server gets half of the usual or less, and which limit of the process is to blame:
     * one without which there was more. Empty if it gets more of all.
     *
     * @param tls who encrypts; null if nobody does
     */
    static String scarcity(
            ProcessFacts facts,
            Machinery machinery,
            Limits wanted,
            MemoryPlan plan,
            @Nullable TlsProvider tls) {
        List<String> scarce = new ArrayList<>();
        tell(
                scarce,
                "connections",
                facts,
                wanted.connections(),
                other -> ProcessBudget.of(other, machinery, wanted, plan, tls).connections());
        tell(
                scarce,
                "loops",
                facts,
                machinery.loopCount(),
                other -> ProcessBudget.of(other, machinery, wanted, plan, tls).loopsMax());
        tell(
                scarce,
                "buffers per loop and direction",
                facts,
                wanted.buffersPerLoop(),
                other -> ProcessBudget.of(other, machinery, wanted, plan, tls).buffersPerLoop());
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
