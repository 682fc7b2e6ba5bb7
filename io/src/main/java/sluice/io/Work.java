package sluice.io;

/**
 * Kinds of work that a loop leaves to workers, because the work may block. Each kind has a share of
 * the workers, so that much work of one kind leaves workers to the others.
 */
public enum Work {
    /** Waits once for a disk: a look-up of a name, the content of a small file. */
    QUICK,
    /** Waits for a disk that must write: a piece of an upload, a sync. */
    WRITE,
    /** Takes a processor for up to seconds: a listing of a large directory. */
    LONG,
    /** Waits for another machine: a look-up in a store of objects. Takes no worker. */
    REMOTE;

    /** As many as clients that wait for a store at once; a virtual thread takes some kilobytes. */
    private static final int REMOTE_MOST = 1_024;

    /**
     * Most threads that this kind may have at one time. Of four workers or more, the kinds that
     * take long leave at least a quarter to quick work.
     *
     * @param workers number of all workers
     */
    public int share(int workers) {
        return switch (this) {
            case QUICK -> workers;
            case WRITE -> Math.max(1, workers / 2);
            case LONG -> Math.max(1, workers / 4);
            case REMOTE -> REMOTE_MOST;
        };
    }
}
