package sluice.server;

import sluice.io.Counter;

import java.util.concurrent.locks.LockSupport;

/**
 * For tests of programs that embed a server: demands that bytes which should never be lifted into
 * user space were not.
 *
 * {@snippet :
 * ZeroCopyAssertions.assertZeroCopy(
 *         server, Files.size(file), () -> download(server.uri().resolve("big")));
 * }
 */
public final class ZeroCopyAssertions {
    /** A client may have its bytes before the loop has counted them. */
    private static final long COUNTED_WITHIN_NANOS = 5_000_000_000L;

    private static final long POLL_NANOS = 1_000_000;

    private ZeroCopyAssertions() {}

    /**
     * Demands of one response, which {@link Sluice.Builder#onResponse} has told of, that it was
     * sent whole and that no byte of its body passed user space.
     *
     * @throws AssertionError if it is otherwise, with the way that it took
     */
    public static void assertZeroCopy(ResponseRecord response) {
        if (!response.complete() || response.stats().userBytes() != 0) {
            throw new AssertionError((response.complete() ? "" : "torn, and ")
                    + response.stats().userBytes() + " of " + response.bodyBytes()
                    + " bytes of the body passed user space: " + response);
        }
    }

    /**
     * Demands that what happens meanwhile sends so many bytes of files and copies none of them.
     * Nobody else may use the server meanwhile.
     *
     * @param bytes of files that the requests get
     * @throws AssertionError if it is otherwise, with what was counted
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
