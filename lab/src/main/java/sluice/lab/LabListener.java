package sluice.lab;

/** Is told how far a run is; called on its thread. */
public interface LabListener {
    /**
     * A step is next.
     *
     * @param done share of the whole run that is done
     */
    default void step(String what, double done) {}

    /** A job has ended. */
    default void ended(JobResult result) {}
}
