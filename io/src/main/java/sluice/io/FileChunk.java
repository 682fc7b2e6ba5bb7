package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** A region of a file, 64-bit throughout. Reused by its {@link SendQueue}. */
public final class FileChunk implements Chunk {
    private @Nullable FileSource source;
    private long offset;
    private long end;
    private boolean vouchedFor;
    private @Nullable FileRegionSent record;
    private @Nullable TransferMeter meter;

    /** A chunk without a region. */
    public FileChunk() {}

    public void set(FileSource source, long offset, long length) {
        this.source = source;
        this.offset = offset;
        this.end = offset + length;
        vouchedFor = false;
        meter = null;
    }

    /** The same region as far as another has not sent it, for the same meter. */
    public void set(FileChunk other) {
        set(other.source(), other.offset, other.remaining());
        meter = other.meter;
    }

    /**
     * A try follows at once. A version that was asked for since this turn began, because of the
     * request, is not asked for again: one statx(2) of three for an answer that leaves at once.
     */
    void triedInTurnOf(long now) {
        vouchedFor = source().unchangedSince(now);
    }

    /** The file being sent. */
    public FileSource source() {
        return Objects.requireNonNull(source, "a chunk in use has a source");
    }

    /** Where in the file the next byte is. */
    public long offset() {
        return offset;
    }

    /** Somebody may want to know which way its bytes go. */
    void recordFor(Cell cell) {
        if (record == null) {
            record = FileRegionSent.begin(cell);
        }
    }

    /** Where its tries are to be counted. */
    void countIn(TransferMeter counted) {
        meter = counted;
    }

    void clear() {
        if (record != null) {
            record.over();
            record = null;
        }
        source = null;
        meter = null;
    }

    @Override
    public long remaining() {
        return end - offset;
    }

    /**
     * Before the try that may send the last byte, the version is checked: a peer must not hold the
     * whole promised length of something that is no one version of the file.
     */
    @Override
    public long sendTo(Socket socket, CopyPath path, long most, boolean more) {
        long length = Math.min(remaining(), most);
        if (length == remaining() && !vouchedFor && !source().unchanged()) {
            return Outcome.FILE_CHANGED;
        }
        vouchedFor = false;
        boolean follows = more || length < remaining();
        FileRegionSent recording = record;
        if (recording != null) {
            recording.meter().tryBegins(path.counters());
        }
        TransferMeter counting = meter;
        if (counting != null) {
            counting.tryBegins(path.counters());
        }
        long sent = path.send(socket, source().file(), offset, length, follows);
        if (counting != null) {
            counting.tryEnds(path.counters());
            countLater(socket, counting);
        }
        if (recording != null) {
            recording.meter().tryEnds(path.counters());
        }
        return sent == 0 ? Outcome.FILE_CHANGED : sent;
    }

    /** What the kernel says of a send after it. */
    private static void countLater(Socket socket, TransferMeter counting) {
        CopyState state = socket.copyState();
        if (state != null) {
            state.countIn(counting);
        }
    }

    @Override
    public void advance(long sent) {
        if (record != null) {
            record.sent(sent);
        }
        offset += sent;
    }
}
