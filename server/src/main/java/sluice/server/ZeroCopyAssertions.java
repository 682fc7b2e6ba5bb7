package sluice.server;

import sluice.io.Counter;

import java.util.concurrent.locks.LockSupport;

/**
 * Assertions for tests of programs that embed a server: bytes of files were not copied through user
 * space.
 *
 * {@snippet :
 * ZeroCopyAssertions.assertZeroCopy(
 *         server, Files.size(file), () -> download(server.uri().resolve("big")));
 * }
 */
public final class ZeroCopyAssertions {
    /** The client may have all bytes before the loop has counted them. */
    private static final long COUNTED_WITHIN_NANOS = 5_000_000_000L;

    private static final long POLL_NANOS = 1_000_000;

    private ZeroCopyAssertions() {}

    /**
     * Asserts that a response, as {@link Sluice.Builder#onResponse} reports it, was sent whole and
     * that no byte of its body passed user space.
     *
     * @throws AssertionError if not, with what was reported
     */
    public static void assertZeroCopy(ResponseRecord response) {
        if (!response.complete() || response.stats().userBytes() != 0) {
            throw new AssertionError((response.complete() ? "" : "incomplete, and ")
                    + response.stats().userBytes() + " of " + response.bodyBytes()
                    + " bytes of the body passed user space: " + response);
        }
    }

    /**
     * Asserts that the server sends this many bytes of files while {@code requests} runs, and
     * copies none of them. Nobody else may use the server at the same time.
     *
     * @param bytes of files that the requests get
     * @throws AssertionError if not, with what was counted
     */
    public static void assertZeroCopy(FileServer server, long bytes, Runnable requests) {
        long sentBefore = server.count(Counter.BYTES_FROM_FILES);
        long copiedBefore = server.count(Counter.BYTES_COPIED);
        requests.run();
        long deadline = System.nanoTime() + COUNTED_WITHIN_NANOS;
        while (server.count(Counter.BYTES_FROM_FILES) - sentBefore < bytes
                && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        long sent = server.count(Counter.BYTES_FROM_FILES) - sentBefore;
        long copied = server.count(Counter.BYTES_COPIED) - copiedBefore;
        if (sent != bytes || copied != 0) {
            throw new AssertionError("of " + bytes + " bytes, " + sent + " went from file to socket"
                    + " and " + copied + " of these were copied through user space; "
                    + server.description());
        }
    }
}
