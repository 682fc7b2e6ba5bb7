package sluice.server.trace;

import org.jspecify.annotations.Nullable;

import sluice.io.EventLoop;
import sluice.linux.Linux;
import sluice.linux.ProcessCalls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Shares out the CPU time of a loop's thread over its responses. The clock is read once in a turn
 * that sends something, at its end; what the thread has used since it was last read is divided
 * among the responses that the turn sent bytes of. Where the loop's thread does not make all calls
 * nothing is shared out. If nobody watches responses the clock is never read. Loop thread only.
 */
final class CpuShares {
    /**
     * A send costs as much as this many bytes: receiving and parsing its request, looking the file
     * up, the calls. docs/lab.md has the measurement.
     */
    static final long SEND_IN_BYTES = 24 << 10;

    /** What a response gets. */
    static final class Share {
        private boolean listed;
        private long weight;
        private long nanos;
        private @Nullable Consumer<@Nullable Duration> owner;
    }

    private final EventLoop loop;
    private final LongSupplier clock;
    private final boolean known;
    /** Responses of which this turn has sent bytes, or which have ended in it. */
    private final List<Share> listed = new ArrayList<>();
    /** What the clock said when it was last read; 0 before. */
    private long read;

    CpuShares(EventLoop loop) {
        this(loop, ProcessCalls::threadCpuNanos, Linux.available() && loop.movesTheBytes());
    }

    CpuShares(EventLoop loop, LongSupplier clock, boolean known) {
        this.loop = loop;
        this.clock = clock;
        this.known = known;
    }

    EventLoop loop() {
        return loop;
    }

    /** Somebody watches: what the thread has used before is nobody's. */
    void begin() {
        if (known && read == 0) {
            read = clock.getAsLong();
        }
    }

    /** This turn has sent bytes of a response. */
    void sent(Share share, long bytes) {
        if (known) {
            share.weight += SEND_IN_BYTES + bytes;
            list(share);
        }
    }

    /**
     * A response has ended.
     *
     * @param owner is told its CPU time at the end of the turn, or null now if nobody knows it
     */
    void over(Share share, Consumer<@Nullable Duration> owner) {
        if (known) {
            share.owner = owner;
            list(share);
        } else {
            owner.accept(null);
        }
    }

    private void list(Share share) {
        if (share.listed) {
            return;
        }
        share.listed = true;
        listed.add(share);
        // Posted tasks are the last part of a turn. A loop that has ended refuses them.
        if (listed.size() == 1 && !loop.post(this::settle)) {
            settle();
        }
    }

    private void settle() {
        double weights = 0;
        for (Share share : listed) {
            weights += share.weight;
        }
        // A turn that only gave up responses leaves its time to the next one.
        long used = 0;
        if (weights > 0) {
            long now = clock.getAsLong();
            used = Math.max(0, now - read);
            read = now;
        }
        for (Share share : listed) {
            share.nanos += weights > 0 ? Math.round(used * (share.weight / weights)) : 0;
            share.weight = 0;
            share.listed = false;
            if (share.owner != null) {
                share.owner.accept(Duration.ofNanos(share.nanos));
            }
        }
        listed.clear();
    }
}
