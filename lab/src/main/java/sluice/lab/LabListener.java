package sluice.lab;

/** Is told how far a run is; called on its thread. */
public interface LabListener {
    /**
     * A job begins.
     *
     * @param cells how many it has
     * @param seconds how long it will take, about
     */
    default void begins(Job job, int cells, double seconds) {}

    /**
     * A step is next.
     *
     * @param done share of the whole run that is done
     * @param left seconds until its end, about
     */
    default void step(String what, double done, double left) {}

    /** A job has ended. */
    default void ended(JobResult result) {}
}
