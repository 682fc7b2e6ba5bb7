package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.MemoryChunk;
import sluice.io.Transport;
import sluice.io.socket.RawSocket;
import sluice.linux.FileCalls;

import java.util.Objects;

/**
 * What both directions of a connection on a ring share: its socket, whom to tell, and which of its
 * operations are outstanding, at most one of each kind.
 */
final class UringOperations {
    static final int RECEIVE = 0;
    static final int SEND = 1;
    static final int ROOM = 2;
    static final int READABLE = 3;
    static final int ERRORS = 4;
    private static final int KINDS = 5;

    private final UringEngine engine;
    private final UringSubmissions submissions;
    private final RawSocket socket;
    private final int fd;
    private Transport.@Nullable Owner told;
    private UringEngine.@Nullable Owner owner;
    private int slot;
    private int outstanding;
    private boolean blocking;
    private boolean cancelled;

    UringOperations(UringEngine engine, RawSocket socket) {
        this.engine = engine;
        submissions = engine.submissions();
        this.socket = socket;
        fd = socket.descriptor();
    }

    /** From here on operations can be begun; {@code owner} gets their results. */
    void open(UringEngine.Owner owner, Transport.Owner told) {
        this.told = told;
        tell(owner);
        slot = submissions.add(owner);
        if (engine.sendsZeroCopy()) {
            socket.copyState(new RingSends(submissions, this));
        }
    }

    /** Whom {@link #sent} tells. */
    void tell(UringEngine.Owner told) {
        owner = told;
    }

    RawSocket socket() {
        return socket;
    }

    Transport.Owner owner() {
        return Objects.requireNonNull(told, "set when the endpoint begins");
    }

    /** The result is a count, or says that there are bytes; {@link UringSubmissions#receive}. */
    boolean receive(boolean once) {
        begin(RECEIVE);
        return submissions.receive(fd, once, slot, RECEIVE);
    }

    void send(MemoryChunk chunk, boolean more) {
        begin(SEND);
        submissions.send(fd, chunk, more, slot, SEND);
    }

    /** The result is told by {@link #sent}; {@code name} is that of whom the memory belongs to. */
    void sendZeroCopy(long address, int length, boolean more, int name) {
        begin(SEND);
        submissions.sendZeroCopy(fd, address, length, more, name, SEND);
    }

    /** The result of a send that somebody else was told of first. */
    void sent(int value) {
        Objects.requireNonNull(owner, "open").completed(SEND, value, 0);
    }

    void poll(int kind, int events) {
        if (!isOutstanding(kind)) {
            begin(kind);
            submissions.poll(fd, events, slot, kind);
        }
    }

    private void begin(int kind) {
        outstanding |= 1 << kind;
    }

    /** The last result of an operation has come. */
    void ended(int kind) {
        outstanding &= ~(1 << kind);
    }

    boolean isOutstanding(int kind) {
        return (outstanding & 1 << kind) != 0;
    }

    void cancel(int kind) {
        submissions.cancel(slot, kind);
    }

    /** The connection ends: nothing may be begun any more, or told. */
    void cancelAll() {
        cancelled = true;
        for (int kind = 0; kind < KINDS; kind++) {
            if (isOutstanding(kind)) {
                cancel(kind);
            }
        }
    }

    boolean areCancelled() {
        return cancelled;
    }

    /** Whether nothing is outstanding, so that the socket can be closed. */
    boolean haveEnded() {
        return outstanding == 0;
    }

    /** Gives back the number that results are told by. */
    void remove() {
        submissions.remove(slot);
    }

    /**
     * On a socket that does not block the kernel gives EAGAIN in place of waiting, so one blocks
     * when a receive is begun; one that does would hold up a copy path's call, so none blocks then.
     * A receive goes on and a connection changes over once, unless it sends ahead.
     */
    void block(boolean on) {
        if (blocking != on) {
            blocking = on;
            FileCalls.fcntl(fd, FileCalls.F_SETFL, on ? 0 : FileCalls.O_NONBLOCK);
        }
    }
}
