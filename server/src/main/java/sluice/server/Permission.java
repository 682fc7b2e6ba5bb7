package sluice.server;

/** Decides which requests may have what they ask for, as for URLs that the program has signed. */
@FunctionalInterface
public interface Permission {
    /**
     * Whether this request may have what it asks for. If not, the answer is 403, whether the file
     * exists or not. A listing and an archive ({@code ?tar}) are requests for their directory.
     * Loops call it, several at the same time, and once or twice for a request: it takes
     * microseconds, and does not wait for another thread or machine. An exception ends the
     * connection.
     */
    boolean permits(Asked request);
}
