package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.MemoryChunk;
import sluice.io.Transport;
import sluice.io.loop.TransportPhase;
import sluice.io.socket.RawSocket;
import sluice.linux.FileCalls;

import java.util.Objects;

/**
 * What both directions of a connection on a ring share: its socket, its {@link TransportPhase},
 * whom to tell, and which of its operations are outstanding, at most one of each kind.
 *
 * <pre>
 *   each kind:  none --begin--> outstanding --cancel--> cancelling
 *                ^                   |                      |
 *                +-- last result ----+----------------------+
 * </pre>
 */
final class UringOperations {
    static final int RECEIVE = 0;
    static final int SEND = 1;
    static final int ROOM = 2;
    static final int READABLE = 3;
    static final int ERRORS = 4;
    static final int PEER_END = 5;
    private static final int KINDS = 6;

    private final UringEngine engine;
    private final UringSubmissions submissions;
    private final RawSocket socket;
    private final int fd;
    private Transport.@Nullable Owner told;
    private UringEngine.@Nullable Owner owner;
    private int slot;
    private TransportPhase phase = TransportPhase.CONNECTING;
    /** A bit for each kind. */
    private int outstanding;
    /** Those of them whose cancellation has been asked for. */
    private int cancelling;
    /** Whether the socket is in blocking mode: what the kernel was told last. */
    private boolean blocking;

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
            socket.pendingCopy(new RingSends(submissions, this));
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
        cancelling &= outstanding;
    }

    boolean isOutstanding(int kind) {
        return (outstanding & 1 << kind) != 0;
    }

    /** Ends an operation, if one of that kind is outstanding; its last result is still to come. */
    void cancel(int kind) {
        int bit = 1 << kind;
        if ((outstanding & ~cancelling & bit) != 0) {
            cancelling |= bit;
            submissions.cancel(slot, kind);
        }
    }

    /** The connection stands. */
    void opened() {
        phase = TransportPhase.OPEN;
    }

    boolean isOpen() {
        return phase == TransportPhase.OPEN;
    }

    /** Whether nothing may be begun any more, or told. */
    boolean areEnding() {
        return phase.isEnding();
    }

    /** The connection ends: {@link TransportPhase#CLOSING} or {@link TransportPhase#ABORTING}. */
    void end(TransportPhase how) {
        if (!phase.isEnding()) {
            phase = how;
        }
        cancelling = outstanding;
        for (int kind = 0; kind < KINDS; kind++) {
            if (isOutstanding(kind)) {
                submissions.cancel(slot, kind);
            }
        }
    }

    /** Closes the socket of a connection that ends, if nothing is outstanding; true if so. */
    boolean collect() {
        if (outstanding != 0 || phase == TransportPhase.COLLECTED) {
            return false;
        }
        TransportPhase how = phase;
        phase = TransportPhase.COLLECTED;
        if (how == TransportPhase.ABORTING) {
            socket.abort();
        } else {
            // What came since the receive was cancelled: unread bytes would turn the FIN into RST.
            socket.discardReceived();
            socket.close();
        }
        submissions.remove(slot);
        return true;
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
