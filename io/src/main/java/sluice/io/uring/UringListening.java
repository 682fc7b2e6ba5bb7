package sluice.io.uring;

import sluice.io.loop.Listening;
import sluice.io.loop.ListeningPhase;
import sluice.io.socket.Listener;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Uring;

import java.util.ArrayDeque;

/**
 * A listener whose connections the kernel accepts by itself, one result each. Those it has accepted
 * before it was told to pause wait here. Without multishot accept the kernel only reports that a
 * client waits, and the loop accepts.
 *
 * <p>{@link ListeningPhase} is what the loop wants; what the kernel does is
 *
 * <pre>
 *   IDLE --arm--> ACCEPTING --last result--> IDLE
 *   IDLE --arm--> POLLING --its only result--> READABLE --arm--> POLLING
 * </pre>
 *
 * <p>A close waits for the last result, and then closes the descriptor.
 */
final class UringListening implements Listening, UringEngine.Owner {
    /** What the kernel does with it. */
    private enum Operation {
        /** Nothing: clients wait in the listen queue. */
        IDLE,
        /** It accepts, and brings one result for each client. */
        ACCEPTING,
        /** It will report once that a client waits. */
        POLLING,
        /** It has reported so, and the loop accepts. */
        READABLE
    }

    private static final int ACCEPT = 0;

    private final UringSubmissions submissions;
    private final Listener listener;
    private final Owner owner;
    private final Kernel kernel;
    private final int slot;
    private final ArrayDeque<Listener.Accepted> kept = new ArrayDeque<>();
    private ListeningPhase phase = ListeningPhase.PAUSED;
    private Operation operation = Operation.IDLE;
    /** Whether a stuck loop may still accept from the same socket: true for good, in any phase. */
    private boolean takenOver;

    UringListening(UringSubmissions submissions, Listener listener, Owner owner, Kernel kernel) {
        this.submissions = submissions;
        this.listener = listener;
        this.owner = owner;
        this.kernel = kernel;
        slot = submissions.add(this);
    }

    @Override
    public void watch(boolean on) {
        boolean stops = phase == ListeningPhase.WATCHING && !on;
        phase = phase.watch(on);
        if (on) {
            arm();
        } else if (stops) {
            cancel();
        }
    }

    /**
     * Of two accepts the kernel completes one, which may be the stuck loop's. It completes every
     * poll.
     */
    @Override
    public void takeOver() {
        takenOver = true;
        cancel();
    }

    private boolean isArmed() {
        return operation == Operation.ACCEPTING || operation == Operation.POLLING;
    }

    private void cancel() {
        if (isArmed()) {
            submissions.cancel(slot, ACCEPT);
        }
    }

    private void arm() {
        if (phase != ListeningPhase.WATCHING || isArmed()) {
            return;
        }
        boolean polls = takenOver || !submissions.isMultishot();
        int descriptor = listener.descriptor();
        // An accept on a listener that does not block gives EAGAIN in place of waiting.
        FileCalls.fcntl(descriptor, FileCalls.F_SETFL, polls ? FileCalls.O_NONBLOCK : 0);
        if (polls) {
            operation = Operation.POLLING;
            submissions.poll(descriptor, Uring.POLLIN, slot, ACCEPT);
        } else {
            operation = Operation.ACCEPTING;
            submissions.accept(descriptor, slot, ACCEPT);
        }
    }

    /** While the kernel accepts by itself, each client that waits becomes a result. */
    @Override
    public Listener.Accepted accept() {
        Listener.Accepted next = kept.poll();
        if (next != null) {
            return next;
        }
        boolean kernelAccepts = operation == Operation.IDLE || operation == Operation.ACCEPTING;
        if (phase == ListeningPhase.WATCHING && kernelAccepts) {
            return new Listener.Accepted(null, Errno.EAGAIN);
        }
        FileCalls.fcntl(listener.descriptor(), FileCalls.F_SETFL, FileCalls.O_NONBLOCK);
        return listener.accept();
    }

    @Override
    public void completed(int kind, int result, int flags) {
        boolean last = Uring.isLast(flags);
        if (operation == Operation.ACCEPTING) {
            operation = last ? Operation.IDLE : Operation.ACCEPTING;
            accepted(result);
        } else if (last) {
            operation = Operation.READABLE;
        }
        if (phase == ListeningPhase.CLOSED) {
            if (!isArmed()) {
                collect();
            }
        } else if (phase == ListeningPhase.WATCHING || !kept.isEmpty()) {
            owner.acceptable();
            arm();
        }
    }

    private void accepted(int result) {
        if (result >= 0 && isClosed()) {
            kernel.close(result);
        } else if (result >= 0) {
            kept.add(new Listener.Accepted(new RawSocket(result, kernel), 0));
        } else if (result == -Errno.EINVAL && !isClosed()) {
            submissions.giveUpMultishot();
        } else if (result != -Errno.ECANCELED) {
            kept.add(new Listener.Accepted(null, -result));
        }
    }

    @Override
    public boolean isClosed() {
        return phase == ListeningPhase.CLOSED;
    }

    /** A shutdown refuses clients at once and ends the accept; the close follows its result. */
    @Override
    public void close() {
        if (isClosed()) {
            return;
        }
        phase = ListeningPhase.CLOSED;
        dropKept();
        if (isArmed()) {
            listener.interrupt();
            submissions.cancel(slot, ACCEPT);
        } else {
            collect();
        }
    }

    private void dropKept() {
        for (Listener.Accepted each = kept.poll(); each != null; each = kept.poll()) {
            if (each.socket() != null) {
                each.socket().close();
            }
        }
    }

    private void collect() {
        listener.close();
        submissions.remove(slot);
    }

    /** The loop ends. */
    void fail() {
        if (!isClosed()) {
            close();
            owner.failed();
        }
    }

    /** The loop has never run. */
    void discard() {
        phase = ListeningPhase.CLOSED;
        collect();
    }
}
