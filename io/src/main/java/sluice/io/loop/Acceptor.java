package sluice.io.loop;

import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.Socket;
import sluice.io.SparseLog;
import sluice.io.socket.Listener;
import sluice.linux.Errno;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Accepts connections from a listener and passes them on. It does not end for lack of resources:
 * without descriptors or memory, or at the connection limit, it has a {@link RoomMaker} close an
 * idle connection. Until one has ended it pauses, and clients wait in the listen queue. One thread.
 */
public final class Acceptor {
    /** What to do after one try. */
    public enum Next {
        /** Try again. */
        MORE,
        /** The listen queue is empty. */
        WAIT,
        /** Try again after {@link #PAUSE_NANOS}. */
        PAUSE,
        /** The listener is closed. */
        END
    }

    /** Long enough to cost no CPU time, short enough to go unnoticed. */
    public static final long PAUSE_NANOS = 50_000_000;

    private final Supplier<Listener.Accepted> source;
    private final Consumer<Socket> handOff;
    private final AtomicInteger population;
    private final int limit;
    private final Counters counters;
    private final Runnable again;
    private final RoomMaker rooms;
    private final SparseLog overload;

    /**
     * Each call of {@code source} tries to accept one connection.
     *
     * @param again called on any thread when a pause may end early, because a connection has ended
     */
    public Acceptor(
            Supplier<Listener.Accepted> source,
            LoopSettings settings,
            Counters counters,
            Runnable again,
            Consumer<Socket> handOff) {
        this.source = source;
        this.handOff = handOff;
        this.counters = counters;
        this.population = settings.population();
        this.limit = settings.limits().connections();
        this.again = again;
        rooms = settings.rooms();
        overload = new SparseLog(settings.clock());
    }

    /**
     * Accepts waiting connections, at most {@code most}. After any error it continues after a
     * pause.
     */
    public Next accept(int most) {
        Next next = Next.MORE;
        try {
            for (int i = 0; i < most && next == Next.MORE; i++) {
                next = acceptOne();
            }
            return next;
        } catch (Throwable mistake) {
            // Without descriptors the JVM cannot even load a class from a directory.
            overload.warn("accepting paused: " + mistake);
            return Next.PAUSE;
        }
    }

    private Next acceptOne() {
        if (population.get() >= limit) {
            return full();
        }
        Listener.Accepted accepted = source.get();
        if (accepted.socket() != null) {
            handOff.accept(accepted.socket());
            // Room is made before it is needed: nobody can tell whether a client waits in the
            // queue.
            return population.get() >= limit ? full() : Next.MORE;
        }
        return switch (accepted.error()) {
            case Errno.EAGAIN -> Next.WAIT;
            case Errno.EINVAL, Errno.EBADF -> Next.END;
            // This connection broke before it was accepted (accept(2)); the next one may be intact.
            case Errno.ECONNABORTED,
                    Errno.EINTR,
                    Errno.EPERM,
                    Errno.EPROTO,
                    Errno.ENOPROTOOPT,
                    Errno.ENETDOWN,
                    Errno.ENETUNREACH,
                    Errno.EHOSTDOWN,
                    Errno.EHOSTUNREACH,
                    Errno.EOPNOTSUPP -> Next.MORE;
            default -> backOff(accepted.error());
        };
    }

    private Next full() {
        counters.add(Counter.ACCEPT_AT_LIMIT, 1);
        rooms.makeRoom("at the limit of " + limit + " connections", again);
        return Next.PAUSE;
    }

    private Next backOff(int error) {
        counters.add(Counter.ACCEPT_BACKED_OFF, 1);
        rooms.makeRoom(
                "because of " + Errno.describe(-error)
                        + "; raise the limit (ulimit -n) or lower the number of connections",
                again);
        return Next.PAUSE;
    }
}
