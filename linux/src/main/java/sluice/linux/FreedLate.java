package sluice.linux;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * Makes io_uring_setup(2) wait for memory of closed rings. The kernel frees a ring some time after
 * its close(2), in a thread of its own, and until then the ring counts as locked memory of its user
 * (RLIMIT_MEMLOCK). Without a wait, a server that restarts would find too little. Any thread.
 */
final class FreedLate {
    /** On a busy machine: the kernel looks every 50 ms whether a closed ring has operations. */
    static final Duration FREED_WITHIN = Duration.ofSeconds(1);
    /** The loops of one server set up their rings in this time; only the first of them waits. */
    private static final Duration IN_VAIN_FOR = Duration.ofSeconds(10);

    private static final Duration TRY_AGAIN_AFTER = Duration.ofMillis(5);

    /** Of this process. */
    static final FreedLate RINGS = new FreedLate();

    private volatile long inVain = System.nanoTime() - IN_VAIN_FOR.toNanos();

    /**
     * Calls again while there is no memory, for up to {@link #FREED_WITHIN}; but only once where
     * that was in vain a moment ago.
     *
     * @param setup a call that returns a descriptor or -errno
     * @return what the last call returned
     */
    int retry(IntSupplier setup) {
        long begin = System.nanoTime();
        int ring = setup.getAsInt();
        if (begin - inVain < IN_VAIN_FOR.toNanos()) {
            return ring;
        }
        while (ring == -Errno.ENOMEM) {
            long now = System.nanoTime();
            if (now - begin > FREED_WITHIN.toNanos()) {
                inVain = now;
                return ring;
            }
            LockSupport.parkNanos(TRY_AGAIN_AFTER.toNanos());
            ring = setup.getAsInt();
        }
        return ring;
    }
}
