package sluice.io;

/**
 * How bytes were sent: a {@link TransferMeter} counts these figures of a region or a response for
 * recordings, logs and headers.
 *
 * @param kernelBytes bytes that did not pass through user space
 * @param userBytes bytes that did: copied, generated, or kept in memory
 * @param systemCalls calls of the tries to send: to read, to send, and to check whether bytes are
 *     in memory. Calls of java.nio are estimated; operations of an io_uring and of threads of the C
 *     library (aio(7)) are not counted
 * @param coldParts reads by a worker of bytes that were not in memory
 * @param coldStalls sends that blocked although their bytes seemed to be in memory
 * @param fallbacks how often bytes took another path than the copy path
 * @param kernelCopies sends of {@code zerocopy} whose bytes the kernel copied, as far as it had
 *     reported them
 */
public record TransferStats(
        long kernelBytes,
        long userBytes,
        long systemCalls,
        long coldParts,
        long coldStalls,
        long fallbacks,
        long kernelCopies) {}
