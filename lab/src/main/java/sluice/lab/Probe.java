package sluice.lab;

import java.util.List;

/**
 * Looks at something else at both ends of the time that a load measures. What counts as long as
 * answers count is read by {@link #begin} and {@link #end}: a client's loop calls them at the very
 * moments between which it counts, and sends nothing meanwhile, so they must be quick. What takes
 * time, and may be off by some milliseconds, is read by {@link #prepare} and {@link #finish}.
 */
public interface Probe {
    /** Looks at nothing. */
    Probe NONE = all(List.of());

    /** Looks at several things. */
    static Probe all(List<Probe> probes) {
        return new Probe() {
            @Override
            public void prepare() {
                probes.forEach(Probe::prepare);
            }

            @Override
            public void begin() {
                probes.forEach(Probe::begin);
            }

            @Override
            public void end() {
                probes.forEach(Probe::end);
            }

            @Override
            public void finish() {
                probes.reversed().forEach(Probe::finish);
            }
        };
    }

    /** The measurement is about to begin; on the thread that runs the load. */
    default void prepare() {}

    /** The measurement begins; on a client's loop. */
    default void begin() {}

    /** The measurement ends; on a client's loop. */
    default void end() {}

    /** The measurement has ended; on the thread that runs the load. */
    default void finish() {}
}
