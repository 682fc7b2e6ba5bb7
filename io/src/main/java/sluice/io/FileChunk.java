package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** A region of a file with 64-bit offsets. Its {@link SendQueue} reuses it. */
public final class FileChunk implements Chunk {
    private @Nullable FileSource source;
    private long offset;
    private long end;
    /** Bytes of the whole region. */
    private long length;

    private boolean vouchedFor;
    /** The file of the last try. */
    private @Nullable OpenFile tried;

    private @Nullable FileRegionSent record;
    private @Nullable TransferMeter meter;
    private @Nullable Object owner;

    /** A chunk without a region. */
    public FileChunk() {}

    public void set(FileSource source, long offset, long length) {
        this.source = source;
        this.offset = offset;
        this.end = offset + length;
        this.length = length;
        vouchedFor = false;
        meter = null;
        owner = null;
    }

    /** See {@link SendQueue#ownedBy}. */
    void ownedBy(@Nullable Object message) {
        owner = message;
    }

    /** Whose the region is, or null if the connection is of one message only. */
    @Nullable
    Object owner() {
        return owner;
    }

    /** Takes over the unsent rest of another chunk's region, with the same meter. */
    public void set(FileChunk other) {
        set(other.source(), other.offset, other.remaining());
        length = other.length;
        meter = other.meter;
    }

    /**
     * Called before a try. If the version was checked in this turn already, for the request, it is
     * not checked again: this saves one statx(2) of three for a response that is sent at once.
     */
    void triedInTurnOf(long now) {
        vouchedFor = source().unchangedSince(now);
    }

    /** The check of this turn will be too old for the next try. */
    void doubt() {
        vouchedFor = false;
    }

    /** The file being sent. */
    public FileSource source() {
        return Objects.requireNonNull(source, "a chunk in use has a source");
    }

    /** The offset of the next byte in the file. */
    public long offset() {
        return offset;
    }

    /** The copy path that its bytes take in a cell, as far as is known. */
    CopyMode copy(Cell cell) {
        CopyMode chosen = cell.copyOf(length);
        return isRefused(chosen) ? CopyMode.DIRECT : chosen;
    }

    /** Whether they take it because the kernel refuses the chosen one for this file. */
    boolean isDetour(Cell cell) {
        return isRefused(cell.copyOf(length));
    }

    private boolean isRefused(CopyMode chosen) {
        return tried instanceof LinuxFile linux && linux.refuses(chosen);
    }

    /** Starts a Flight Recorder event, if one is recorded. */
    void recordFor(Cell cell) {
        if (record == null) {
            record = FileRegionSent.begin(cell);
        }
    }

    /** Sets the meter that counts its tries. */
    void countIn(TransferMeter counted) {
        meter = counted;
    }

    void clear() {
        if (record != null) {
            record.over();
            record = null;
        }
        source = null;
        tried = null;
        meter = null;
        owner = null;
    }

    @Override
    public long remaining() {
        return end - offset;
    }

    @Override
    public long sendTo(Socket socket, CopyPath path, long most, boolean more) {
        long now = Math.min(remaining(), most);
        if (!isPromisedVersion(now)) {
            return IoResult.FILE_CHANGED;
        }
        boolean follows = more || now < remaining();
        tryBegins(path.counters());
        OpenFile file = source().file();
        tried = file;
        long sent = length <= CopyMode.COPIED_MAX
                ? path.sendSmall(socket, file, offset, now, follows)
                : path.send(socket, file, offset, now, follows);
        tryEnds(path.counters());
        countLater(socket);
        return sent == 0 ? IoResult.FILE_CHANGED : sent;
    }

    @Override
    public long readInto(Block into, CopyPath path) {
        return readInto(into, 0, path);
    }

    /** The same to a place in the block. */
    long readInto(Block into, int at, CopyPath path) {
        int now = (int) Math.min(remaining(), into.size() - at);
        if (!isPromisedVersion(now)) {
            return IoResult.FILE_CHANGED;
        }
        tryBegins(path.counters());
        long read = path.read(source().file(), offset, into, at, now);
        tryEnds(path.counters());
        return read == 0 ? IoResult.FILE_CHANGED : read;
    }

    /**
     * Checks the version before the try that may send the last byte: a peer must not get the whole
     * promised length if the bytes mix two versions of the file. The length of a region with an
     * owner ends nothing: its message ends after the check that follows the try.
     */
    private boolean isPromisedVersion(long now) {
        boolean promised = now < remaining() || owner != null || vouchedFor || source().unchanged();
        vouchedFor = false;
        return promised;
    }

    private void tryBegins(Counters counters) {
        if (record != null) {
            record.meter().tryBegins(counters);
        }
        if (meter != null) {
            meter.tryBegins(counters);
        }
    }

    private void tryEnds(Counters counters) {
        if (meter != null) {
            meter.tryEnds(counters);
        }
        if (record != null) {
            record.meter().tryEnds(counters);
        }
    }

    /** Handles a report of the kernel that follows a send. */
    private void countLater(Socket socket) {
        if (meter != null) {
            PendingCopy state = socket.pendingCopy();
            if (state != null) {
                state.countIn(meter);
            }
        }
    }

    @Override
    public void advance(long sent) {
        if (record != null) {
            record.sent(sent, this);
        }
        source().sent(offset, offset + sent);
        offset += sent;
    }
}
