package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** Reactor designs: how connections are distributed over loops. */
public enum Reactor {
    /** One loop accepts and serves. */
    SINGLE,
    /** One loop moves bytes; workers decode, resolve and encode, and may block. */
    WORKERS,
    /** A main loop accepts and hands each connection to the least loaded of several sub-loops. */
    MAIN_SUB,
    /** Several loops that each accept and serve; the kernel distributes connections. */
    REUSE_PORT;

    /** Threads for blocking work, off the loops: enough to keep the queue of a disk busy. */
    public static final int WORKER_THREADS = 8;

    /** The default number of loops, or workers, beside the accepting loop. */
    public int defaultLoops() {
        return switch (this) {
            case SINGLE -> 1;
            // Workers wait for disks, too.
            case WORKERS -> WORKER_THREADS;
            case MAIN_SUB, REUSE_PORT -> Runtime.getRuntime().availableProcessors();
        };
    }

    /** Why this machine cannot run the design with a pair that it can run; null if it can. */
    public @Nullable String refusal(Cell cell) {
        if (this == REUSE_PORT && !cell.hasThreads() && !cell.sockets().hasReusePort()) {
            return "reactor reuse-port needs SO_REUSEPORT, which java.nio does not support here;"
                    + " use --reactor main-sub";
        }
        return null;
    }

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
