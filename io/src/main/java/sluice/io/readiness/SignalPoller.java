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
 * loop's thread takes them from the queue by sigtimedwait(2), one system call each. No handler
 * runs: this thread blocks the signals, and the kernel sends them only to this thread, so no other
 * thread of the process, the JVM's included, gets one.
 *
 * <p>A signal names a descriptor, which may belong to another connection by the time it is taken.
 * So a signal is a hint to try, and a useless try costs one EAGAIN. If the queue is full
 * (RLIMIT_SIGPENDING), the kernel sends SIGIO instead, which tells only that signals were lost:
 * then the loop polls all sockets by poll(2).
 */
public final class SignalPoller implements Poller {
    /**
     * A real-time signal that is not known to be in use: the C library's threads use 32 and 33, and
     * the JDK wakes threads from I/O by 62.
     */
    static final int SIGNAL = 42;
    /** Wakes the loop; other threads ignore it, and a full queue does not refuse it. */
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
     * Blocks the signals first: a signal that is neither blocked nor ignored ends the process. Also
     * ignores them for threads that do not block them: such a thread may get the id of an ended
     * thread while a signal is on its way.
     */
    @Override
    public void begin() {
        check("sigprocmask", SignalCalls.block(SET));
        check("sigaction", Ignored.RESULT);
        tid = SignalCalls.gettid();
        registrations.forEach(early -> check("fcntl", arm(early)));
    }

    /**
     * Once per process: ignoring a signal also removes it from every thread's queue (signal(7)).
     */
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

    /** A socket that was ready before it was armed sent no signal, so it is tried once. */
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

    /** Later signals for the descriptor find no registration. */
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

    /** Marks the reported events; for a broken connection both, so that a try finds the error. */
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

    /** Sets a flag for a wait that has not started, and sends a signal to one that has. */
    @Override
    public void wake() {
        woken = true;
        int thread = tid;
        if (thread != 0) {
            SignalCalls.send(thread, WAKE);
        }
    }

    /**
     * Called on the loop's thread when all sockets are closed, so that no more signals arrive.
     * Takes the remaining ones from the queue: the JVM unblocks signals in a thread that ends, and
     * one that is neither blocked nor handled ends the process.
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
