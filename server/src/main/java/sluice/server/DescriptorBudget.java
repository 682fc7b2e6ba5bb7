package sluice.server;

/**
 * Divides the process's limit of descriptors between connections and cached files.
 *
 * @param connections most connections open at one time
 * @param openFiles most files kept open for later requests
 */
record DescriptorBudget(int connections, int openFiles) {
    /** Number of files that a busy site has. */
    private static final int OPEN_FILES_MAX = 2_048;
    /** Descriptors for all that opens later: listeners, epoll, pipes, the embedder's files. */
    private static final int RESERVED = 256;

    /** The budget where the system sets no limit. */
    static DescriptorBudget unlimited(int connections) {
        return new DescriptorBudget(connections, OPEN_FILES_MAX);
    }

    /**
     * Gives connections the most descriptors; if there are few, each use still gets a share.
     *
     * @param limit most descriptors that the process may have
     * @param open descriptors that are open already: a class path of many jars takes dozens
     */
    static DescriptorBudget of(long limit, long open, int connections) {
        long free = Math.max(0, limit - open);
        int files = Math.clamp(free / 8, 1, OPEN_FILES_MAX);
        // A file may be open twice: once more as a channel, for transferTo.
        long left = free - 2L * files - Math.min(RESERVED, free / 3);
        return new DescriptorBudget(Math.clamp(left, 1, connections), files);
    }
}
