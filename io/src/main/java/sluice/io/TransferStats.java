package sluice.io;

/**
 * How bytes were sent. What is recorded, logged and told of a region or a response comes from one
 * of these; a {@link TransferMeter} counts it up.
 *
 * @param kernelBytes that did not pass user space
 * @param userBytes that passed user space: copied, generated, or kept in memory
 * @param systemCalls made by tries to send them: to read, to send, and to ask whether they are in
 *     memory. Of java.nio's calls the number is guessed; operations of an io_uring, and what
 *     threads of the C library do (aio(7)), are none
 * @param coldParts times that a worker read what was not in memory
 * @param coldStalls sends that waited though their bytes seemed to be in memory
 * @param fallbacks times that bytes went another way than the copy path's own
 * @param kernelCopies sends of {@code zerocopy} that the kernel made a copy for, as far as it had
 *     said so by then
 */
public record TransferStats(
        long kernelBytes,
        long userBytes,
        long systemCalls,
        long coldParts,
        long coldStalls,
        long fallbacks,
        long kernelCopies) {}
