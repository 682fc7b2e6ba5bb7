package sluice.server;

/**
 * How the descriptors that a process may have are shared out.
 *
 * @param connections open at a time
 * @param openFiles files kept open for the next who ask
 */
record DescriptorBudget(int connections, int openFiles) {
    /** As many as a busy site has. */
    private static final int OPEN_FILES_MAX = 2_048;
    /** For everything that is neither: jars, listeners, epoll, what the embedder opens. */
    private static final int RESERVED = 256;

    /** Where nothing limits but what was asked for. */
    static DescriptorBudget unlimited(int connections) {
        return new DescriptorBudget(connections, OPEN_FILES_MAX);
    }

    /** Connections get most; of few descriptors everybody gets a share. */
    static DescriptorBudget of(long limit, int connections) {
        int files = Math.clamp(limit / 8, 1, OPEN_FILES_MAX);
        // A file may be open twice: once more as a channel, for transferTo.
        long left = limit - 2L * files - Math.min(RESERVED, limit / 3);
        return new DescriptorBudget(Math.clamp(left, 1, connections), files);
    }
}
