package sluice.lab;

import sluice.lab.job.LabRun;

import java.io.IOException;

/** Runs jobs: the door to the room {@code job}. */
public final class Lab {
    /** Is told how far a run is; called on its thread. */
    public interface Listener {
        /** A job begins. */
        void begins(Job job, int cells);

        /**
         * A step is next.
         *
         * @param done share of the whole run that is done
         */
        void step(String what, double done);

        /** A job has ended. */
        void ended(JobResult result);
    }

    private Lab() {}

    /**
     * Runs a plan to its end, or until this thread is interrupted: then the results hold what was
     * measured until then, and say so.
     *
     * @throws IOException if there is no place for files
     * @throws IllegalArgumentException if a job has a setting that does not exist
     */
    public static LabResults run(LabPlan plan, Listener listener) throws IOException {
        return new LabRun(plan, listener).run();
    }
}
