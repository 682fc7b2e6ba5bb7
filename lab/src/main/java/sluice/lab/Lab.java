package sluice.lab;

import org.jspecify.annotations.Nullable;

import sluice.lab.job.LabRun;
import sluice.lab.job.PlannedTime;
import sluice.lab.report.Advice;

import java.io.IOException;
import java.util.List;

/** Runs jobs: the door to the room {@code job}. */
public final class Lab {
    private Lab() {}

    /** What a run here and now would record; with {@code traffic} if it replays some. */
    public static Environment environment(@Nullable Traffic traffic) {
        return LabRun.environment(traffic);
    }

    /** How many seconds a run of a plan takes at most, about. */
    public static double seconds(LabPlan plan) {
        return PlannedTime.seconds(plan);
    }

    /**
     * Runs a plan to its end, or until this thread is interrupted: then the results hold what was
     * measured until then, and say so.
     *
     * @throws IOException if there is no place for files
     * @throws IllegalArgumentException if a job has a setting that does not exist
     */
    public static LabResults run(LabPlan plan, LabListener listener) throws IOException {
        return new LabRun(plan, listener).run();
    }

    /** What this machine should use: a sentence for each setting that alone varied in a job. */
    public static List<String> advice(LabResults results) {
        return Advice.of(results);
    }
}
