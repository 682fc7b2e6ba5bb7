package sluice.io.loop;

import org.jspecify.annotations.Nullable;

import sluice.io.IdleConnections;
import sluice.io.SparseLog;
import sluice.io.Standing;
import sluice.io.Timers;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Makes room for new connections when a server has as many as it may, or no descriptor is left: the
 * connection that has been idle the longest is closed, whichever loop it belongs to (RFC 9112 9.5).
 * If none is idle, that is the one that has sent no complete head for the longest time, and for
 * {@link #PATIENCE} at least. A message or response in progress is never cut. One of these for all
 * loops of a server; any thread may call.
 */
public final class RoomMaker {
    /** Long enough for a client far away to send its head after the connect. */
    public static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Loops that are asked in turn, if the first one has no idle connection any more. */
    private static final int HOPS = 16;

    private static final List<Standing> ORDER = List.of(Standing.IDLE, Standing.STARTING);

    /**
     * A thread with connections.
     *
     * @param idle its connections that could make room
     * @param interrupt runs a task soon on that thread, even while a connection waits for bytes;
     *     false if the thread has ended
     * @param well whether the thread makes progress
     */
    public record Member(
            IdleConnections idle, Predicate<Runnable> interrupt, BooleanSupplier well) {}

    private final LongSupplier clock;
    private final SparseLog closings;
    private final SparseLog pauses;
    private final Set<Member> members = ConcurrentHashMap.newKeySet();
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicLong closed = new AtomicLong();
    /** When the closing that is under way was asked for; NEVER if none is: one suffices. */
    private final AtomicLong askedAt = new AtomicLong(Timers.NEVER);

    /**
     * @param clock the clock of all loops
     */
    public RoomMaker(LongSupplier clock) {
        this.clock = clock;
        closings = new SparseLog(clock);
        pauses = new SparseLog(clock);
    }

    /** From now on connections of this thread may make room. */
    public void join(Member member) {
        members.add(member);
    }

    /** The thread ends. */
    public void leave(Member member) {
        members.remove(member);
    }

    /**
     * Has one connection closed, unless one is being closed already.
     *
     * @param why the limit that is reached, for the log
     * @param then runs once, on any thread, when a connection has ended
     */
    public void makeRoom(String why, Runnable then) {
        waiting.add(then);
        long now = clock.getAsLong();
        long before = askedAt.get();
        boolean underWay = before != Timers.NEVER && now - before < PATIENCE.toNanos();
        if (!underWay && askedAt.compareAndSet(before, now)) {
            ask(why, HOPS);
        }
    }

    private void ask(String why, int hops) {
        long now = clock.getAsLong();
        for (Standing standing : ORDER) {
            Member longest = longest(standing, now);
            if (longest != null
                    && longest.interrupt().test(() -> close(longest, standing, why, hops))) {
                return;
            }
        }
        askedAt.set(Timers.NEVER);
        pauses.warn("accepting paused " + why);
    }

    private @Nullable Member longest(Standing standing, long now) {
        long before = standing == Standing.IDLE ? now + 1 : now - PATIENCE.toNanos();
        Member longest = null;
        for (Member member : members) {
            long since = member.idle().since(standing);
            if (since < before && member.well().getAsBoolean()) {
                before = since;
                longest = member;
            }
        }
        return longest;
    }

    private void close(Member member, Standing standing, String why, int hops) {
        if (member.idle().closeFirst(standing, this::closingEnded)) {
            closings.warn("the connection that waited longest for a request was closed " + why
                    + "; " + closed.incrementAndGet() + " so far");
        } else if (hops > 0) {
            ask(why, hops - 1);
        } else {
            askedAt.set(Timers.NEVER);
        }
    }

    /** Now, and not when just any connection ends: else a second one would be closed as well. */
    private void closingEnded() {
        askedAt.set(Timers.NEVER);
    }

    /** A connection has ended, and given its descriptor back. */
    public void left() {
        if (!waiting.isEmpty()) {
            for (Runnable one : waiting) {
                if (waiting.remove(one)) {
                    one.run();
                }
            }
        }
    }
}
