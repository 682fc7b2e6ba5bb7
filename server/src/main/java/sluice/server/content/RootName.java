package sluice.server.content;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.server.root.DocumentRoot;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Knows whether the name of the root still leads to a directory, and looks again when the last look
 * is too old to be believed. Any thread may call.
 *
 * <pre>
 *   there ---- the name leads to no directory ----&gt; gone ---- it leads to one ----&gt; there
 * </pre>
 *
 * <p>While the root is gone each request looks: so the site is back at once.
 */
final class RootName {
    private static final System.Logger LOG = System.getLogger("sluice.server");

    private final DocumentRoot root;
    private final long believedNanos;
    private final Runnable replaced;
    private final AtomicBoolean gone = new AtomicBoolean();
    /** Whether the last look has found the root. */
    private volatile boolean found;
    /** When that was, on the loops' clock. */
    private volatile long lookedAt;

    /**
     * @param believedNanos 0 to look at each request
     * @param replaced called when what was cached below the root is no longer there
     */
    RootName(DocumentRoot root, long believedNanos, Runnable replaced) {
        this.root = root;
        this.believedNanos = believedNanos;
        this.replaced = replaced;
    }

    /** Whether the last look is recent enough. */
    boolean isBelieved(long now) {
        return believedNanos > 0 && found && lookedAt - (now - believedNanos) >= 0;
    }

    /**
     * Looks again.
     *
     * @return null if the root may be used; NO_ROOT; or COLD if the look would have to wait
     */
    Lookup.@Nullable Missing look(long now, boolean mayBlock) {
        int led = root.follow(!mayBlock);
        if (led == -Errno.EAGAIN && !mayBlock) {
            return Lookup.Missing.COLD;
        }
        if (led < 0) {
            lose(led);
            return Lookup.Missing.NO_ROOT;
        }
        lookedAt = now;
        found = true;
        if (led == DocumentRoot.MOVED) {
            replaced.run();
        }
        if (gone.get() && gone.getAndSet(false)) {
            LOG.log(System.Logger.Level.INFO, root.name() + " is a directory again");
        }
        return null;
    }

    private void lose(int error) {
        found = false;
        if (!gone.getAndSet(true)) {
            replaced.run();
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the served directory is gone: " + root.name() + ": " + Errno.describe(error)
                            + "; every request gets 503 until the name leads to a directory again");
        }
    }
}
