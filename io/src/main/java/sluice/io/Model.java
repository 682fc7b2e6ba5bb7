package sluice.io;

import static sluice.io.SocketKind.AIO;
import static sluice.io.SocketKind.ASYNC;
import static sluice.io.SocketKind.NIO;
import static sluice.io.SocketKind.RAW;

import sluice.linux.Linux;
import sluice.linux.SelectCalls;

import java.util.Locale;
import java.util.Set;

/** I/O models: how a loop waits for its sockets. */
public enum Model {
    /** The loop tries every socket in turn and never waits in the kernel. */
    NONBLOCKING(RAW, NIO),
    /** select(2): descriptors below 1024 only. */
    SELECT(RAW),
    /** poll(2): passes the array of all sockets at every wait. */
    POLL(RAW),
    /** epoll(7), level-triggered. */
    EPOLL(RAW),
    /** epoll(7), edge-triggered: reports only changes. */
    EPOLL_ET(RAW),
    /** epoll(7) with EPOLLONESHOT: armed again after every event. */
    EPOLL_ONESHOT(RAW),
    /** Signal-driven I/O (O_ASYNC): a real-time signal per change. */
    SIGNAL(RAW),
    /** java.nio Selector, on channels: runs wherever Java runs. */
    SELECTOR(NIO),
    /** java.nio asynchronous channels: a thread of the JDK waits, and delivers completions. */
    ASYNC_CHANNEL(ASYNC),
    /** POSIX asynchronous I/O (aio(7)): a thread of the C library blocks in each call. */
    POSIX_AIO(AIO),
    /** io_uring(7): operations and results in memory shared with the kernel. */
    IO_URING(RAW),
    /** A platform thread per connection, with blocking calls. */
    BLOCKING(RAW, NIO),
    /** A virtual thread per connection, parked while its socket is not ready. */
    VIRTUAL(RAW, NIO);

    private final Set<SocketKind> sockets;

    Model(SocketKind... sockets) {
        this.sockets = Set.of(sockets);
    }

    /** The kinds of sockets it can wait for. */
    Set<SocketKind> sockets() {
        return sockets;
    }

    /**
     * The lowest descriptor for files. The kernel assigns the lowest free descriptor, so this
     * leaves low ones to sockets for models that can only watch low ones.
     */
    public int lowestFile() {
        return this == SELECT ? SelectCalls.FD_SETSIZE : 0;
    }

    /**
     * Whether the thread of a loop makes all calls for its connections. If not, threads of the JDK
     * or of the C library make some, or the thread is one that others use, too.
     */
    boolean callsOnItsThread() {
        return switch (this) {
            case ASYNC_CHANNEL, POSIX_AIO, VIRTUAL -> false;
            default -> true;
        };
    }

    /** The model that serves most clients at the lowest cost here. */
    public static Model best() {
        return best(Linux.available());
    }

    static Model best(boolean linux) {
        return linux ? EPOLL : SELECTOR;
    }

    /** Why {@link #best} is this model, for the user. */
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
