package sluice.io.loop;

import org.jspecify.annotations.Nullable;

import sluice.io.Work;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The worker threads of a server. Each kind of work has a lane: at most {@link Work#share} of its
 * tasks are with the threads, and the others wait in the lane, where they hold no thread. A task
 * that ends puts the next one of its lane behind those of the other lanes, so the lanes take turns.
 *
 * <p>Work for another machine has a lane without workers: a virtual thread for each task.
 *
 * <pre>
 *   execute --> lane QUICK [..... ] --\
 *               lane WRITE [...   ] ---> queue of the threads --> thread --> next of the same lane
 *               lane LONG  [......] --/  (all shares at most)
 * </pre>
 *
 * The connections limit the lanes: each waits for at most one task.
 */
public final class WorkPool implements Workers {
    /** An idle thread ends after this time. */
    private static final long KEEP_SECONDS = 10;

    private final ThreadPoolExecutor threads;
    private final Map<Work, Lane> lanes = new EnumMap<>(Work.class);

    /** A pool whose threads start when they are needed. */
    public WorkPool(String name, int count) {
        threads = new ThreadPoolExecutor(
                count,
                count,
                KEEP_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().name(name).daemon().unstarted(task));
        threads.allowCoreThreadTimeOut(true);
        for (Work kind : Work.values()) {
            Executor lane = kind == Work.REMOTE ? WorkPool::start : threads;
            lanes.put(kind, new Lane(kind.share(count), lane));
        }
    }

    private static void start(Runnable task) {
        Thread.ofVirtual().name("sluice-remote").start(task);
    }

    private static final class Lane {
        private final int share;
        private final Executor threads;
        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        /** Number of tasks with the threads. */
        private int under;

        Lane(int share, Executor threads) {
            this.share = share;
            this.threads = threads;
        }

        void add(Runnable task) {
            synchronized (this) {
                if (under == share) {
                    waiting.add(task);
                    return;
                }
                under++;
            }
            threads.execute(() -> run(task));
        }

        private void run(Runnable task) {
            try {
                task.run();
            } finally {
                next();
            }
        }

        private void next() {
            Runnable next = take();
            if (next != null) {
                try {
                    threads.execute(() -> run(next));
                } catch (RejectedExecutionException closed) {
                    // The server has closed: nothing that waits is done any more.
                    System.getLogger("sluice.io")
                            .log(System.Logger.Level.DEBUG, "work dropped at the end", closed);
                }
            }
        }

        private synchronized @Nullable Runnable take() {
            Runnable next = waiting.poll();
            if (next == null) {
                under--;
            }
            return next;
        }
    }

    @Override
    public void execute(Work kind, Runnable task) {
        lane(kind).add(task);
    }

    private Lane lane(Work kind) {
        Lane lane = lanes.get(kind);
        if (lane == null) {
            throw new IllegalStateException("no lane for " + kind);
        }
        return lane;
    }

    /** Begins no more tasks. */
    public void close() {
        threads.shutdownNow();
    }

    /** Waits for the tasks that run; false if they take longer. */
    public boolean awaitEnd(long seconds) throws InterruptedException {
        return threads.awaitTermination(seconds, TimeUnit.SECONDS);
    }
}
