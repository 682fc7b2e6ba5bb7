package sluice.io.loop;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tasks that other threads have for a loop, and the rule by which it is woken: by the first task
 * after it began to run the last ones, so that a hundred tasks cost one wake-up.
 */
public final class Mailbox {
    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean wakePending = new AtomicBoolean();
    private final Thread owner;
    private final Runnable wake;
    private volatile boolean closed;

    /** {@code wake} ends a wait of the owner's that goes on or comes next. */
    public Mailbox(Thread owner, Runnable wake) {
        this.owner = owner;
        this.wake = wake;
    }

    /** Adds a task; false if the owner has ended and will not run it. Any thread. */
    public boolean offer(Runnable task) {
        tasks.add(task);
        if (closed && tasks.remove(task)) {
            return false;
        }
        if (!isOwner() && wakePending.compareAndSet(false, true)) {
            wake.run();
        }
        return true;
    }

    boolean isOwner() {
        return owner.equals(Thread.currentThread());
    }

    public boolean isEmpty() {
        return tasks.isEmpty();
    }

    /**
     * Runs what is there, {@code most} at most; how many. A task's mistake costs only that task.
     * Owner.
     */
    public int run(int most) {
        // Before the first is taken: who adds one after the last look must see it, and wake us.
        wakePending.set(false);
        int ran = 0;
        for (Runnable task; ran < most && (task = tasks.poll()) != null; ran++) {
            runSafely(task);
        }
        return ran;
    }

    /** Runs somebody's task; its mistake is logged and stops nobody. */
    public static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (Throwable mistake) {
            LOG.log(System.Logger.Level.ERROR, "a task failed", mistake);
        }
    }

    /** Runs the last tasks: each one offered is either run or was refused. Owner. */
    public void close() {
        closed = true;
        run(Integer.MAX_VALUE);
    }
}
