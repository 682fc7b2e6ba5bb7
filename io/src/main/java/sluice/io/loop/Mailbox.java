package sluice.io.loop;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tasks that other threads post to a loop. Only the first task after the loop started to run the
 * last batch wakes it, so that a hundred tasks cost one wake-up.
 */
public final class Mailbox {
    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean wakePending = new AtomicBoolean();
    private final Thread owner;
    private final Runnable wake;
    private volatile boolean closed;

    /** {@code wake} must end the current or the next wait of the owner. */
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
     * Runs waiting tasks, at most {@code most}; returns how many. A task that throws affects no
     * other task. Owner only.
     */
    public int run(int most) {
        // Reset before taking the first task: a thread that adds one later must see this and wake
        // us.
        wakePending.set(false);
        int ran = 0;
        for (Runnable task; ran < most && (task = tasks.poll()) != null; ran++) {
            runSafely(task);
        }
        return ran;
    }

    /** Runs a task; logs its exception and continues. */
    public static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (Throwable mistake) {
            LOG.log(System.Logger.Level.ERROR, "a task failed", mistake);
        }
    }

    /** Runs the last tasks: every offered task is either run or refused. Owner only. */
    public void close() {
        closed = true;
        run(Integer.MAX_VALUE);
    }
}
