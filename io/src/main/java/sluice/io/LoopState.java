package sluice.io;

/**
 * What can be told of a loop, or of a worker of {@link Reactor#WORKERS}, while it runs.
 *
 * @param name of its thread
 * @param threadId of its thread, for whoever asks the JVM about that
 * @param alive whether the thread runs; a loop ends early only by an internal error
 * @param stuck whether its turn has been taking too long ({@link Counter#LOOPS_STUCK})
 */
public record LoopState(String name, long threadId, boolean alive, boolean stuck) {
    /** Whether it makes progress. */
    public boolean isWell() {
        return alive && !stuck;
    }
}
