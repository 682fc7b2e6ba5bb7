package sluice.lab;

import org.jspecify.annotations.Nullable;

/**
 * What a server's process did per request in a pass of its own after the rounds: to count it slows
 * the server.
 *
 * @param systemCalls of all its threads; null if this machine does not permit to count them
 * @param systemCallsFrom what counted them, or why nothing did
 * @param allocated bytes on the heap of its JVM, all threads together; null if nobody told
 * @param collections how often its JVM collected during the whole pass; null if nobody told
 * @param heapFrom who told the two, or why nobody did; null in results of earlier versions
 * @param kernelBytes bytes of a body that did not pass user space; null if nobody told, as of
 *     servers that are not Sluice
 * @param userBytes bytes of a body that did; null as above
 * @param zeroCopySends sends with MSG_ZEROCOPY that were looked at; null as above
 * @param zeroCopyCopied sends among them that the kernel copied all the same; null as above
 */
public record Counts(
        @Nullable Double systemCalls,
        String systemCallsFrom,
        @Nullable Double allocated,
        @Nullable Long collections,
        @Nullable String heapFrom,
        @Nullable Double kernelBytes,
        @Nullable Double userBytes,
        @Nullable Long zeroCopySends,
        @Nullable Long zeroCopyCopied) {
    /** What counts system calls: perf_event_open(2). */
    public static final String PERF = "perf";
    /** What does where that is not permitted: Sluice itself, without the calls of its JVM. */
    public static final String OWN = "own";
    /** Who tells about the heap: the JVM, by JMX. */
    public static final String JMX = "jmx";

    /** Whether the server itself counted its system calls: those of its JVM are missing. */
    public boolean ofItself() {
        return systemCallsFrom.equals(OWN);
    }

    /** A copy that knows which way bytes took. */
    public Counts withBytes(double kernel, double user, long sends, long copied) {
        return new Counts(
                systemCalls,
                systemCallsFrom,
                allocated,
                collections,
                heapFrom,
                kernel,
                user,
                sends,
                copied);
    }
}
