package sluice.lab;

import org.jspecify.annotations.Nullable;

/**
 * What a server's process did per request in a pass of its own after the rounds: to count it slows
 * the server.
 *
 * @param systemCalls of all its threads; null if this machine does not permit to count them
 * @param systemCallsFrom what counted them, or why nothing did
 */
public record Counts(@Nullable Double systemCalls, String systemCallsFrom) {
    /** What counts system calls: perf_event_open(2). */
    public static final String PERF = "perf";
}
