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
    /** For what is opened later and is neither: listeners, epoll, pipes, the embedder's files. */
    private static final int RESERVED = 256;

    /** Where nothing limits but what was asked for. */
    static DescriptorBudget unlimited(int connections) {
        return new DescriptorBudget(connections, OPEN_FILES_MAX);
    }

    /**
     * Connections get most; of few descriptors everybody gets a share.
     *
     * @param limit all that the process may have
     * @param open those it has already: a class path of many jars takes dozens
     */
    static DescriptorBudget of(long limit, long open, int connections) {
        long free = Math.max(0, limit - open);
        int files = Math.clamp(free / 8, 1, OPEN_FILES_MAX);
        // A file may be open twice: once more as a channel, for transferTo.
        long left = free - 2L * files - Math.min(RESERVED, free / 3);
        return new DescriptorBudget(Math.clamp(left, 1, connections), files);
    }
}
