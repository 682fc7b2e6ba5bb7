package sluice.io.uring;

import sluice.io.loop.Listening;
import sluice.io.socket.Listener;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Uring;

import java.util.ArrayDeque;

/**
 * A listener whose connections the kernel accepts by itself, one result each. What it has accepted
 * before it was told to pause waits here. Without multishot accept it only says that somebody
 * waits.
 */
final class UringListening implements Listening, UringEngine.Owner {
    private static final int ACCEPT = 0;

    private final UringSubmissions submissions;
    private final Listener listener;
    private final Owner owner;
    private final Kernel kernel;
    private final int slot;
    private final ArrayDeque<Listener.Accepted> kept = new ArrayDeque<>();
    private boolean watching;
    private boolean armed;
    private boolean polled;
    private boolean takenOver;
    private boolean closed;

    UringListening(UringSubmissions submissions, Listener listener, Owner owner, Kernel kernel) {
        this.submissions = submissions;
        this.listener = listener;
        this.owner = owner;
        this.kernel = kernel;
        slot = submissions.add(this);
    }

    @Override
    public void watch(boolean on) {
        boolean stops = watching && !on;
        watching = on;
        if (on) {
            arm();
        } else if (stops && armed) {
            submissions.cancel(slot, ACCEPT);
        }
    }

    /** Of two accepts the kernel wakes one, and that may be the stuck loop's; a poll it tells. */
    @Override
    public void takeOver() {
        takenOver = true;
        if (armed) {
            submissions.cancel(slot, ACCEPT);
        }
    }

    private void arm() {
        if (!armed && !closed) {
            armed = true;
            polled = takenOver || !submissions.isMultishot();
            // An accept on a listener that does not block gives EAGAIN in place of waiting.
            FileCalls.fcntl(
                    listener.descriptor(), FileCalls.F_SETFL, polled ? FileCalls.O_NONBLOCK : 0);
            if (polled) {
                submissions.poll(listener.descriptor(), Uring.POLLIN, slot, ACCEPT);
            } else {
                submissions.accept(listener.descriptor(), slot, ACCEPT);
            }
        }
    }

    /** While the kernel accepts by itself, whoever waits will be a result. */
    @Override
    public Listener.Accepted accept() {
        Listener.Accepted next = kept.poll();
        if (next != null) {
            return next;
        }
        if (watching && !polled) {
            return new Listener.Accepted(null, Errno.EAGAIN);
        }
        FileCalls.fcntl(listener.descriptor(), FileCalls.F_SETFL, FileCalls.O_NONBLOCK);
        return listener.accept();
    }

    @Override
    public void completed(int kind, int result, int flags) {
        armed = !Uring.isLast(flags);
        if (!polled) {
            accepted(result);
        }
        if (closed) {
            if (!armed) {
                collect();
            }
        } else if (watching || !kept.isEmpty()) {
            owner.acceptable();
            if (watching) {
                arm();
            }
        }
    }

    private void accepted(int result) {
        if (result >= 0 && closed) {
            kernel.close(result);
        } else if (result >= 0) {
            kept.add(new Listener.Accepted(new RawSocket(result, kernel), 0));
        } else if (result == -Errno.EINVAL && !closed) {
            submissions.giveUpMultishot();
        } else if (result != -Errno.ECANCELED) {
            kept.add(new Listener.Accepted(null, -result));
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    /** A shutdown refuses clients at once and ends the accept; the close follows its result. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        dropKept();
        if (armed) {
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
        if (!closed) {
            close();
            owner.failed();
        }
    }

    /** The loop has never run. */
    void discard() {
        closed = true;
        collect();
    }
}
