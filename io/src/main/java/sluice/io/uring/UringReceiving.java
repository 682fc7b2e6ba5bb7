package sluice.io.uring;

import sluice.io.Block;
import sluice.io.IoResult;
import sluice.io.ReceiveMode;
import sluice.io.loop.InputMode;
import sluice.io.loop.SharedLoop;
import sluice.linux.Errno;
import sluice.linux.Uring;

/**
 * The receiving side of a connection on a ring. A multishot receive continues until it is
 * cancelled. It is cancelled only if bytes arrive before the connection wants them: most clients
 * wait for the response, and cancelling costs more than it saves.
 *
 * <p>A poll for the peer's end goes beside a multishot receive, once per connection: if a reset
 * follows the last bytes closely, a multishot receive never reports it (one of 2,000 such resets,
 * Linux 6.18; a receive that is begun anew reports each).
 *
 * <p>{@link InputMode} is what the connection wants; {@link UringOperations} knows whether a
 * receive is pending. The end of the input has its own phase, because the kernel may report it
 * while the connection wants nothing, or while bytes before it are deferred:
 *
 * <pre>
 *   TO_COME --the kernel reports it--> HELD --all before it is delivered--> TOLD
 * </pre>
 */
final class UringReceiving {
    /** The phases of the end of the input. */
    private enum End {
        /** More bytes may arrive. */
        TO_COME,
        /** The end arrived and is not reported yet. */
        HELD,
        /** The end was reported: no more receives. */
        TOLD
    }

    private final SharedLoop loop;
    private final UringEngine engine;
    private final UringSubmissions submissions;
    private final UringOperations operations;
    private final DeferredInput deferred;
    private final Runnable deliver = this::deliver;
    private final Runnable receiveAnew = this::receiveAnew;
    private InputMode input = InputMode.RECEIVING;
    private End end = End.TO_COME;
    /** Whether the last receive was multishot: a kernel without support returns EINVAL. */
    private boolean goingOn;
    /** Whether the loop's list has {@link #deliver}: it is put there once. */
    private boolean deliverListed;
    /** Whether the peer ever pipelined, or has ended: from then on receives are not multishot. */
    private boolean once;

    UringReceiving(SharedLoop loop, UringEngine engine, UringOperations operations) {
        this.loop = loop;
        this.engine = engine;
        submissions = engine.submissions();
        this.operations = operations;
        deferred = new DeferredInput(loop.resources().blocks());
    }

    void receive(boolean on) {
        input = InputMode.after(on);
        goOn();
    }

    ReceiveMode way() {
        return loop.cell().receiving();
    }

    /** Received bytes count as readable; they are delivered when wanted. */
    void awaitReadable() {
        input = InputMode.AWAITING_READABLE;
        operations.cancel(UringOperations.RECEIVE);
        goOn();
    }

    /** Bytes of a receive, pending or held, precede those in the socket. */
    long splice(int pipe, long most) {
        if (!deferred.isEmpty() || operations.isOutstanding(UringOperations.RECEIVE)) {
            return IoResult.HELD;
        }
        operations.block(false);
        return operations.socket().splice(pipe, most);
    }

    void drop() {
        deferred.drop();
    }

    // Results of the ring

    void received(int value, int buffer) {
        if (buffer >= 0 && value > 0) {
            take(engine.buffers().block(buffer), ReceiveBuffers.offset(buffer), value);
        } else if (!submissions.onlyPolls() || value < 0) {
            nothingReceived(value);
        } else if (input == InputMode.RECEIVING) {
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
        if (input == InputMode.RECEIVING && deferred.isEmpty()) {
            operations.owner().received(block, from, from + count);
        } else if (deferred.add(block, from, from + count)) {
            once = true;
            operations.cancel(UringOperations.RECEIVE);
        } else {
            operations.owner().failed(IoResult.NO_BUFFER);
        }
    }

    /** Retries after transient errors; without buffers in the next turn, which has some. */
    private void nothingReceived(int value) {
        switch (-value) {
            case 0 -> end = End.HELD;
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
        if (input == InputMode.AWAITING_READABLE) {
            input = InputMode.PAUSED;
            operations.owner().readable();
        }
    }

    /** The result of the receive is usually in the same batch: looks again at the turn's end. */
    void peerEnded() {
        once = true;
        loop.completions().add(receiveAnew, false);
    }

    private void receiveAnew() {
        if (operations.isOpen() && goingOn) {
            operations.cancel(UringOperations.RECEIVE);
        }
    }

    // Next steps

    /** Starts the wanted operation if it is not pending, or makes the loop deliver held bytes. */
    void goOn() {
        if (!operations.isOpen() || input == InputMode.PAUSED) {
            return;
        }
        if (!deferred.isEmpty() || end == End.HELD) {
            listDeliver();
        } else if (end == End.TO_COME && !operations.isOutstanding(UringOperations.RECEIVE)) {
            if (input == InputMode.RECEIVING) {
                operations.block(!submissions.onlyPolls());
                goingOn = operations.receive(once);
                if (goingOn) {
                    operations.poll(UringOperations.PEER_END, Uring.POLLRDHUP);
                }
            } else {
                operations.poll(UringOperations.READABLE, Uring.POLLIN);
            }
        }
    }

    private void listDeliver() {
        if (!deliverListed) {
            deliverListed = true;
            loop.completions().add(deliver, false);
        }
    }

    private void deliver() {
        deliverListed = false;
        if (operations.isOpen()) {
            readable();
        }
        while (isReceiving() && !deferred.isEmpty()) {
            deferred.deliverTo(operations.owner());
        }
        if (isReceiving() && end == End.HELD) {
            end = End.TOLD;
            operations.owner().inputEnded();
        }
        goOn();
    }

    private boolean isReceiving() {
        return operations.isOpen() && input == InputMode.RECEIVING;
    }
}
