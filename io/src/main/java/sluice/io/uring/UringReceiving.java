package sluice.io.uring;

import sluice.io.Block;
import sluice.io.Outcome;
import sluice.io.loop.SharedLoop;
import sluice.linux.Errno;
import sluice.linux.Uring;

/**
 * What a connection on a ring receives. A receive goes on until it is cancelled, and it is
 * cancelled only when bytes come that nobody wants yet: most clients wait for their answer, and
 * cancelling costs more than it saves.
 */
final class UringReceiving {
    private final SharedLoop loop;
    private final UringEngine engine;
    private final UringSubmissions submissions;
    private final UringOperations operations;
    private final DeferredInput deferred;
    private final Runnable deliver = this::deliver;
    private boolean open;
    private boolean receiving = true;
    private boolean awaitingReadable;
    private boolean cancelling;
    /** Whether the last receive was asked to go on: a kernel that cannot says EINVAL to each. */
    private boolean goingOn;

    private boolean inputEnded;
    private boolean endTold;
    private boolean delivering;
    /** Has sent what was not wanted yet: from then on it is received from as often as is wanted. */
    private boolean sendsAhead;

    UringReceiving(SharedLoop loop, UringEngine engine, UringOperations operations) {
        this.loop = loop;
        this.engine = engine;
        submissions = engine.submissions();
        this.operations = operations;
        deferred = new DeferredInput(loop.resources().blocks());
    }

    /** The connection stands: from here on there is something to receive. */
    void open() {
        open = true;
    }

    void receive(boolean on) {
        receiving = on;
        awaitingReadable = false;
        goOn();
    }

    /** What has been received already was readable, and comes when it is wanted. */
    void awaitReadable() {
        receiving = false;
        awaitingReadable = true;
        cancel();
        goOn();
    }

    /** What a receive has brought, or may still bring, comes before what is in the socket. */
    long splice(int pipe, long most) {
        if (!deferred.isEmpty() || operations.isOutstanding(UringOperations.RECEIVE)) {
            return Outcome.HELD;
        }
        operations.block(false);
        return operations.socket().splice(pipe, most);
    }

    private void cancel() {
        if (operations.isOutstanding(UringOperations.RECEIVE) && !cancelling) {
            cancelling = true;
            operations.cancel(UringOperations.RECEIVE);
        }
    }

    void drop() {
        deferred.drop();
    }

    // What the ring reports

    /** The receive under way has ended. */
    void ended() {
        cancelling = false;
    }

    void received(int value, int buffer) {
        if (buffer >= 0 && value > 0) {
            take(engine.buffers().block(buffer), ReceiveBuffers.offset(buffer), value);
        } else if (!submissions.onlyPolls() || value < 0) {
            nothingReceived(value);
        } else if (receiving) {
            Block scratch = engine.scratch();
            int count = (int) operations.socket().receive(scratch, 0, Block.RECEIVE_SIZE);
            if (count > 0) {
                take(scratch, 0, count);
            } else {
                nothingReceived(count);
            }
        }
    }

    private void take(Block block, int from, int count) {
        if (receiving && deferred.isEmpty()) {
            operations.owner().received(block, from, from + count);
        } else if (deferred.add(block, from, from + count)) {
            sendsAhead = true;
            cancel();
        } else {
            operations.owner().failed(Outcome.NO_BUFFER);
        }
    }

    /** All that can pass is tried again; without buffers, in the next turn, which has them. */
    private void nothingReceived(int value) {
        switch (-value) {
            case 0 -> inputEnded = true;
            case Errno.EAGAIN, Errno.EINTR, Errno.ECANCELED, Errno.ENOBUFS -> {}
            default -> {
                if (value == -Errno.EINVAL && goingOn) {
                    submissions.giveUpMultishot();
                } else {
                    operations.owner().failed(value);
                }
            }
        }
    }

    void readable() {
        if (awaitingReadable) {
            awaitingReadable = false;
            operations.owner().readable();
        }
    }

    // What to begin next

    /** Begins what is wanted and not under way, or sees to it that what is held is delivered. */
    void goOn() {
        if (!open || operations.areCancelled() || !(receiving || awaitingReadable)) {
            return;
        }
        if (!deferred.isEmpty() || inputEnded && !endTold) {
            if (!delivering) {
                delivering = true;
                loop.completions().add(deliver, false);
            }
        } else if (!inputEnded && !operations.isOutstanding(UringOperations.RECEIVE)) {
            if (receiving) {
                operations.block(!submissions.onlyPolls());
                goingOn = operations.receive(sendsAhead);
            } else {
                operations.poll(UringOperations.READABLE, Uring.POLLIN);
            }
        }
    }

    private void deliver() {
        delivering = false;
        if (!operations.areCancelled()) {
            readable();
        }
        while (!operations.areCancelled() && receiving && !deferred.isEmpty()) {
            deferred.deliverTo(operations.owner());
        }
        if (!operations.areCancelled() && receiving && inputEnded && !endTold) {
            endTold = true;
            operations.owner().inputEnded();
        }
        goOn();
    }
}
