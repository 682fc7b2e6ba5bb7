package sluice.io;

import static sluice.io.Sockets.AIO;
import static sluice.io.Sockets.ASYNC;
import static sluice.io.Sockets.NIO;
import static sluice.io.Sockets.RAW;

import sluice.linux.Linux;
import sluice.linux.SelectCalls;

import java.util.Locale;
import java.util.Set;

/** How a loop waits for its sockets. */
public enum Model {
    /** One thread tries every socket in turn and never waits for one. */
    NONBLOCKING(RAW, NIO),
    /** select(2): descriptors below 1024 only. */
    SELECT(RAW),
    /** poll(2): the whole array of sockets at every wait. */
    POLL(RAW),
    /** epoll(7), level-triggered. */
    EPOLL(RAW),
    /** epoll(7), edge-triggered: told of changes only. */
    EPOLL_ET(RAW),
    /** epoll(7), armed anew for every event. */
    EPOLL_ONESHOT(RAW),
    /** Signal-driven I/O (O_ASYNC): a real-time signal per change. */
    SIGNAL(RAW),
    /** java.nio Selector, on channels: runs wherever Java runs. */
    SELECTOR(NIO),
    /** java.nio asynchronous channels: a thread of the JDK waits, and hands on what has ended. */
    ASYNC_CHANNEL(ASYNC),
    /** POSIX asynchronous I/O (aio(7)): a thread of the C library blocks in each call. */
    POSIX_AIO(AIO),
    /** io_uring(7): operations and results in memory shared with the kernel. */
    IO_URING(RAW),
    /** A platform thread per connection and calls that block. */
    BLOCKING(RAW, NIO),
    /** A virtual thread per connection, parked while its socket is not ready. */
    VIRTUAL(RAW, NIO);

    private final Set<Sockets> sockets;

    Model(Sockets... sockets) {
        this.sockets = Set.of(sockets);
    }

    /** The kinds of sockets it can wait for. */
    Set<Sockets> sockets() {
        return sockets;
    }

    /**
     * The lowest descriptor that files should have, so that sockets get those that the model can
     * watch: the kernel gives the lowest that is free.
     */
    public int lowestFile() {
        return this == SELECT ? SelectCalls.FD_SETSIZE : 0;
    }

    /** The one that serves most clients for least here. */
    public static Model best() {
        return best(Linux.available());
    }

    static Model best(boolean linux) {
        return linux ? EPOLL : SELECTOR;
    }

    /** What was tried to find {@link #best}, and what follows, in words. */
    public static String whyBest() {
        return whyBest(Linux.available());
    }

    static String whyBest(boolean linux) {
        return linux
                ? "Linux system calls work here; io_uring must be chosen by name: it saves CPU time"
                        + " on small files and needs more for large ones"
                : "Linux system calls are not available (" + Linux.unavailableReason() + ")";
    }

    /** The name on the command line and in reports. */
    public String label() {
        String name = name().toLowerCase(Locale.ROOT);
        // The kernel's own spelling.
        return this == IO_URING ? name : name.replace('_', '-');
    }
}
