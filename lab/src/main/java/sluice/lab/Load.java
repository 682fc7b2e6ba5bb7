package sluice.lab;

import sluice.lab.load.LoadRun;

import java.io.IOException;
import java.util.function.Consumer;

/** Loads a server: the door to the room {@code load}. */
public final class Load {
    private Load() {}

    /**
     * Runs a plan to its end, or until this thread is interrupted: then the result holds what was
     * measured until then.
     *
     * @param seconds is told about each second as it ends
     * @param probe is told when the measurement begins and ends
     * @throws IOException if the host has no address, or none of the connections opens
     * @throws IllegalArgumentException if a request is too long to send
     */
    public static LoadResult run(LoadPlan plan, Consumer<LoadSecond> seconds, Probe probe)
            throws IOException {
        return new LoadRun(plan, seconds, probe).run();
    }
}
