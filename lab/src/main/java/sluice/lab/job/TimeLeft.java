package sluice.lab.job;

import sluice.lab.Job;
import sluice.lab.LabPlan;
import sluice.lab.job.PlannedTime.Part;

import java.util.EnumMap;
import java.util.Map;

/** How long a run still takes: what is left of its plan, as fast as each part has been so far. */
final class TimeLeft {
    private static final class Account {
        double left;
        double planned;
        double used;

        /** A part that has not begun goes by its plan. */
        double ratio() {
            return planned == 0 ? 1 : used / planned;
        }
    }

    private final Map<Part, Account> accounts = new EnumMap<>(Part.class);

    TimeLeft(LabPlan plan) {
        for (Part part : Part.values()) {
            accounts.put(part, new Account());
        }
        for (Job job : plan.jobs()) {
            PlannedTime.of(job, plan).forEach((part, seconds) -> of(part).left += seconds);
        }
    }

    private Account of(Part part) {
        return accounts.computeIfAbsent(part, _ -> new Account());
    }

    /** What was planned for so long took so long. */
    void used(Part part, double planned, double seconds) {
        dropped(part, planned);
        of(part).planned += planned;
        of(part).used += seconds;
    }

    /** What was planned will not be, as with a cell that this machine cannot run. */
    void dropped(Part part, double planned) {
        of(part).left = Math.max(0, of(part).left - planned);
    }

    /** In seconds. */
    double seconds() {
        return accounts.values().stream()
                .mapToDouble(account -> account.left * account.ratio())
                .sum();
    }

    /** The same for what was planned of one job. */
    double seconds(Map<Part, Double> planned) {
        return planned.entrySet().stream()
                .mapToDouble(entry -> entry.getValue() * of(entry.getKey()).ratio())
                .sum();
    }
}
