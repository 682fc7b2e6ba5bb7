package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.CopyMode;
import sluice.io.CopyPath;
import sluice.io.Counters;
import sluice.io.LoopResources;
import sluice.io.Socket;
import sluice.io.Timers;
import sluice.io.copy.DirectCopy;
import sluice.io.loop.Engine;
import sluice.io.loop.Listening;
import sluice.io.loop.LoopTransport;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;
import sluice.linux.EventFd;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Probe;
import sluice.linux.Uring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * io_uring(7): operations are begun and their results collected in memory shared with the kernel,
 * by one call per turn for all connections. Bytes arrive in buffers of the kernel's choice, which
 * are given back within the turn. {@link UringEndpoint} holds the verbs.
 */
public final class UringEngine implements Engine {
    /** What this kernel can do, or is to be used of it. */
    public record Features(
            boolean deferred, boolean bufferRing, boolean multishot, boolean zeroCopySends) {
        public static final Features ALL = new Features(true, true, true, true);
    }

    /** Whoever began an operation. */
    interface Owner {
        /** A result of the operation of that kind. */
        void completed(int kind, int result, int flags);
    }

    /** Operations between two calls; more cost one call more. */
    private static final int SUBMISSIONS = 4_096;
    /** Results between two turns; beyond that the kernel keeps them in memory of its own. */
    private static final int COMPLETIONS = 8_192;

    /** A peer that takes nothing keeps a buffer for minutes; nobody waits for that in the end. */
    private static final long NOTICES_NANOS = Duration.ofSeconds(1).toNanos();

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private static final long WAKE = -2;

    private final SharedLoop loop;
    private final Uring ring;
    private final @Nullable ReceiveBuffers buffers;
    private final UringSubmissions submissions;
    private final @Nullable RingZeroCopy zeroCopy;
    private final CopyPath path;
    private final Block scratch;
    private final int wakeup;
    private final List<UringListening> listenings = new ArrayList<>();
    private boolean begun;
    private int ready;
    private boolean closed;

    public UringEngine(SharedLoop loop, Features features) {
        this(loop, features, COMPLETIONS, ReceiveBuffers.COUNT);
    }

    public UringEngine(SharedLoop loop, Features features, int completions, int bufferCount) {
        this.loop = loop;
        LoopResources resources = loop.resources();
        Arena arena = resources.arena();
        zeroCopy = features.zeroCopySends() ? zeroCopy() : null;
        path = zeroCopy == null ? loop.newPath() : loop.guarded(zeroCopy);
        scratch = resources.newBlock();
        wakeup = EventFd.create();
        if (wakeup < 0) {
            throw new IllegalStateException("eventfd failed: " + Errno.describe(wakeup));
        }
        try {
            // A ring has room for as many results as operations at least.
            int submissions = Math.min(SUBMISSIONS, completions);
            ring = Uring.open(submissions, completions, features.deferred(), arena);
            if (ring.submissions() < submissions) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "io_uring has room for " + ring.submissions() + " operations, not "
                                + submissions + ", and needs more system calls: this user may lock"
                                + " too little memory (ulimit -l)");
            }
        } catch (IOException e) {
            FileCalls.close(wakeup);
            throw new UncheckedIOException(e);
        }
        buffers = features.bufferRing()
                ? ReceiveBuffers.register(ring, bufferCount, resources)
                : null;
        submissions = new UringSubmissions(ring, buffers, features.multishot());
    }

    /** What the ring does itself of {@code --copy zerocopy}; null for what there is without it. */
    private @Nullable RingZeroCopy zeroCopy() {
        if (loop.copy() != CopyMode.ZEROCOPY) {
            return null;
        }
        Probe.Feature sends = Probe.of(Probe.IO_URING_SEND_ZC);
        if (!sends.available()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "zerocopy uses MSG_ZEROCOPY instead of io_uring: " + sends.detail());
            return null;
        }
        LoopResources resources = loop.resources();
        Counters counters = resources.counters();
        return new RingZeroCopy(counters, new DirectCopy(resources.newBlock(), counters));
    }

    @Override
    public void begin() {
        int result = ring.enable();
        if (result < 0) {
            throw new IllegalStateException("cannot enable io_uring: " + Errno.describe(result));
        }
        begun = true;
        watchWakeup();
    }

    private void watchWakeup() {
        if (submissions.isMultishot()) {
            ring.pollMany(wakeup, Uring.POLLIN, WAKE);
        } else {
            ring.poll(wakeup, Uring.POLLIN, WAKE);
        }
    }

    @Override
    public void await(long nanos) {
        int result = ring.await(nanos);
        if (result < 0) {
            throw new IllegalStateException("io_uring_enter failed: " + Errno.describe(result));
        }
        ready = result;
    }

    /** Those that have been collected, and not those that come meanwhile. */
    @Override
    public int dispatch() {
        int dispatched = 0;
        for (int i = 0; i < ready; i++) {
            long name = ring.name();
            int result = ring.result();
            int flags = ring.flags();
            ring.advance();
            if (name == WAKE) {
                woken(result, flags);
            } else if (name != UringSubmissions.NOBODY) {
                completed(name, result, flags);
                dispatched++;
            }
        }
        return dispatched;
    }

    /** A poll that goes on tells of every signal, so the count may stay where it is. */
    void woken(int result, int flags) {
        if (Uring.isLast(flags)) {
            if (result == -Errno.EINVAL) {
                submissions.giveUpMultishot();
            }
            EventFd.drain(wakeup);
            watchWakeup();
        }
    }

    private void completed(long name, int result, int flags) {
        Owner owner = submissions.owner(name, Uring.isLast(flags));
        if (owner != null) {
            owner.completed(UringOwners.kind(name), result, flags);
        }
    }

    @Override
    public LoopTransport transport(Socket socket) {
        return new UringEndpoint(loop, this, (RawSocket) socket);
    }

    @Override
    public Listening listen(Listener listener, Listening.Owner owner) {
        UringListening listening = new UringListening(submissions, listener, owner, kernel());
        listenings.add(listening);
        listening.watch(true);
        return listening;
    }

    private Kernel kernel() {
        return loop.settings().kernel();
    }

    /** Under a lock, because after a close the number may be that of somebody's socket. */
    @Override
    public synchronized void wake() {
        if (!closed) {
            EventFd.signal(wakeup);
        }
    }

    /** The kernel has addresses of ours until the last operation has ended; all were cancelled. */
    @Override
    public void close() {
        if (begun) {
            listenings.forEach(UringListening::fail);
            while (submissions.outstanding() > notices()) {
                await(Timers.NEVER);
                dispatch();
            }
            awaitNotices();
        }
        synchronized (this) {
            closed = true;
            FileCalls.close(wakeup);
        }
        ring.close();
        path.close();
        if (!begun) {
            listenings.forEach(UringListening::discard);
        }
    }

    /** Buffers that the kernel still reads. */
    int notices() {
        return zeroCopy == null ? 0 : zeroCopy.inUse();
    }

    /** The sockets are closed, and what was torn needs its buffers no more. */
    private void awaitNotices() {
        long end = System.nanoTime() + NOTICES_NANOS;
        for (long left = NOTICES_NANOS; submissions.outstanding() > 0 && left > 0; ) {
            await(left);
            dispatch();
            left = end - System.nanoTime();
        }
    }

    // What endpoints ask for

    UringSubmissions submissions() {
        return submissions;
    }

    /** Whether files are sent by {@link UringSubmissions#sendZeroCopy}. */
    boolean sendsZeroCopy() {
        return zeroCopy != null;
    }

    /** Where received bytes are, if a result names a buffer. */
    ReceiveBuffers buffers() {
        return Objects.requireNonNull(buffers, "a result names a buffer");
    }

    /** For tests. */
    Uring ring() {
        return ring;
    }

    CopyPath path() {
        return path;
    }

    Block scratch() {
        return scratch;
    }
}
