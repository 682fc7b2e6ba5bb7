package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.Timers;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.ProcessCalls;
import sluice.linux.SignalCalls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Signal-driven I/O: the kernel queues a real-time signal for each change of each socket, and the
 * loop's thread takes them from the queue by sigtimedwait(2), one system call each. Nothing is ever
 * handled asynchronously: the signals are blocked in this thread, and only this thread is sent any,
 * so nobody else in the process sees one, the JVM included.
 *
 * <p>A signal names a descriptor, which may be another connection's by the time it is taken: it is
 * a hint to try, and a try costs one EAGAIN at most. When the queue is full (RLIMIT_SIGPENDING) the
 * kernel sends SIGIO instead, which says only that something was lost: then poll(2) is asked about
 * all.
 */
public final class SignalPoller implements Poller {
    /**
     * A real-time signal that nobody is known to use: not 32 and 33 (the C library's threads) and
     * not 62 (by which the JDK wakes threads from I/O).
     */
    static final int SIGNAL = 42;
    /** Wakes the loop; ignored by whoever does not block it, and never refused for want of room. */
    private static final int WAKE = SignalCalls.SIGURG;

    private static final long SET =
            SignalCalls.bit(SIGNAL) | SignalCalls.bit(SignalCalls.SIGIO) | SignalCalls.bit(WAKE);

    private final RegistrationTable registrations;
    private final Counters counters;
    private final StickyReadiness sticky = new StickyReadiness();
    private final PollSet all;
    private final MemorySegment info;
    private @Nullable Registration[] byDescriptor = new Registration[64];
    private volatile int tid;
    private volatile boolean woken;

    public SignalPoller(PollerParts parts) {
        registrations = parts.registrations();
        counters = parts.counters();
        Arena arena = parts.arena();
        all = new PollSet(arena, -1);
        info = arena.allocate(SignalCalls.SIGINFO_SIZE, Long.BYTES);
    }

    /**
     * Blocked first: one that is neither blocked nor ignored ends the process. Ignored as well,
     * for threads that block nothing: the number of a thread that has ended may be given to one of
     * them while a signal is on its way.
     */
    @Override
    public void begin() {
        check("sigprocmask", SignalCalls.block(SET));
        check("sigaction", Ignored.RESULT);
        tid = SignalCalls.gettid();
        registrations.forEach(early -> check("fcntl", arm(early)));
    }

    /** Once per process: ignoring a signal also empties every thread's queue of it (signal(7)). */
    private static final class Ignored {
        static final int RESULT = ignore();

        private static int ignore() {
            int result = ProcessCalls.ignore(SIGNAL);
            return result < 0 ? result : ProcessCalls.ignore(SignalCalls.SIGIO);
        }
    }

    private static void check(String call, long result) {
        if (result < 0) {
            throw new IllegalStateException(call + " failed: " + Errno.describe(result));
        }
    }

    /** What became ready before it was armed has sent no signal: so it is tried once. */
    private long arm(Registration registration) {
        int descriptor = registration.handle.descriptor();
        long result = SignalCalls.notify(descriptor, tid, SIGNAL, FileCalls.O_NONBLOCK);
        sticky.mark(registration, READ | WRITE);
        return result;
    }

    @Override
    public long add(Registration registration) {
        int descriptor = registration.handle.descriptor();
        if (descriptor >= byDescriptor.length) {
            int room = Math.max(descriptor + 1, byDescriptor.length * 2);
            byDescriptor = Arrays.copyOf(byDescriptor, room);
        }
        byDescriptor[descriptor] = registration;
        registration.armed = registration.wanted;
        registrations.add(registration);
        all.add(registration);
        long result = tid == 0 ? 0 : arm(registration);
        if (result < 0) {
            remove(registration);
        }
        return result;
    }

    @Override
    public long update(Registration registration) {
        sticky.interestChanged(registration);
        return 0;
    }

    /** Signals that still come for it find nobody. */
    @Override
    public void remove(Registration registration) {
        byDescriptor[registration.handle.descriptor()] = null;
        all.remove(registration);
        registrations.remove(registration);
    }

    @Override
    public void await(long nanos, ReadyList ready) {
        boolean overflow = false;
        long timeout = woken || sticky.any() ? 0 : nanos == Timers.NEVER ? -1 : nanos;
        woken = false;
        for (int i = 0; i < ReadyList.MAX; i++) {
            int signal = SignalCalls.await(SET, info.address(), timeout);
            if (signal < 0) {
                checkWait(signal);
                break;
            }
            timeout = 0;
            if (signal == SIGNAL) {
                hint();
            }
            overflow |= signal == SignalCalls.SIGIO;
        }
        if (overflow) {
            sweep();
        }
        sticky.give(ready);
    }

    private static void checkWait(int result) {
        if (result != -Errno.EAGAIN && result != -Errno.EINTR) {
            check("sigtimedwait", result);
        }
    }

    /** Whatever it says: a connection that breaks shows that to whoever reads or writes. */
    private void hint() {
        int descriptor = SignalCalls.descriptorOf(info);
        boolean known = descriptor >= 0 && descriptor < byDescriptor.length;
        Registration registration = known ? byDescriptor[descriptor] : null;
        if (registration != null) {
            int events = PollSet.events(SignalCalls.eventsOf(info));
            boolean broken = (events & BROKEN) != 0;
            sticky.mark(registration, broken ? READ | WRITE : events);
        }
    }

    private void sweep() {
        counters.add(Counter.SIGNALS_LOST, 1);
        all.askAll();
        all.poll(0);
        for (int i = 1; i < all.size(); i++) {
            int events = all.eventsAt(i);
            if (events != 0) {
                boolean broken = (events & BROKEN) != 0;
                sticky.mark(all.at(i), broken ? READ | WRITE : events);
            }
        }
    }

    /** A flag for a wait that has not begun, a signal for one that has. */
    @Override
    public void wake() {
        woken = true;
        int thread = tid;
        if (thread != 0) {
            SignalCalls.send(thread, WAKE);
        }
    }

    /**
     * On the loop's thread, when all sockets are closed: so no signal comes any more. Those in the
     * queue are taken out, because the JVM unblocks signals in a thread that ends, and one that is
     * neither blocked nor handled ends the process.
     */
    @Override
    public void close() {
        if (tid != 0) {
            tid = 0;
            int taken;
            do {
                taken = SignalCalls.await(SET, info.address(), 0);
            } while (taken > 0 || taken == -Errno.EINTR);
        }
    }
}
