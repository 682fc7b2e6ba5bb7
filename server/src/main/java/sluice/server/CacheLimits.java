package sluice.server;

/**
 * Limits of the cached files of all sites.
 *
 * @param bodies most bytes of all bodies in memory
 * @param entries most entries, in memory or open
 * @param openFiles most files kept open
 */
public record CacheLimits(long bodies, int entries, int openFiles) {
    /** A copy with another number of open files. */
    public CacheLimits withOpenFiles(int files) {
        return new CacheLimits(bodies, entries, files);
    }
}
