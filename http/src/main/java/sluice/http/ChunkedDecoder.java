package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * Decodes the chunked transfer coding (RFC 9112 section 7.1) as octets arrive, in pieces of any
 * size. One per connection; its state between two pieces is a few numbers.
 *
 * <p>Usage: {@link #advance} over framing; then {@link #dataRemaining} octets of data follow. The
 * caller takes those that it has, or lets the kernel move them, and reports them by {@link #took}.
 * Repeat until {@link #isDone}. Extensions and trailers are checked and dropped.
 */
public final class ChunkedDecoder {
    /** Most digits of a chunk size: 15 fit into a long, and no sender pads with more zeros. */
    public static final int MAX_SIZE_DIGITS = 15;
    /**
     * Most octets of extensions and trailers in one body. Clients hardly use them, and without a
     * limit a client could send for ever and deliver no data.
     */
    public static final int MAX_OVERHEAD = 8 * 1024;

    private enum State {
        SIZE_FIRST,
        SIZE,
        SPACE_BEFORE_EXTENSION,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_FIRST,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        LAST_LF,
        DONE
    }

    private final ChunkExtensions extensions = new ChunkExtensions();
    private State state = State.SIZE_FIRST;
    private long remaining;
    private int digits;
    private int overhead;

    /** A decoder at the beginning of a body. */
    public ChunkedDecoder() {}

    /** Starts at the beginning of the next body. */
    public void reset() {
        state = State.SIZE_FIRST;
        remaining = 0;
        overhead = 0;
    }

    public boolean isDone() {
        return state == State.DONE;
    }

    /** Octets of data that follow; 0 if framing follows or the body is complete. */
    public long dataRemaining() {
        return state == State.DATA ? remaining : 0;
    }

    /** Reports that the caller took octets of data, at most {@link #dataRemaining}. */
    public void took(long octets) {
        remaining -= octets;
        if (remaining == 0 && state == State.DATA) {
            state = State.DATA_CR;
        }
    }

    /**
     * Consumes framing up to the next octet of data, the end of the body or {@code to}.
     *
     * @return octets consumed, or a negative status: 400, or 431 beyond {@link #MAX_OVERHEAD}
     */
    public int advance(MemorySegment bytes, int from, int to) {
        int at = from;
        while (at < to && state != State.DATA && state != State.DONE) {
            int refusal = step(Octets.get(bytes, at++));
            if (refusal < 0) {
                return refusal;
            }
        }
        return at - from;
    }

    /** Like advance, but consumes data as well. */
    public int skip(MemorySegment bytes, int from, int to) {
        int at = from;
        while (true) {
            int framing = advance(bytes, at, to);
            if (framing < 0) {
                return framing;
            }
            at += framing;
            if (at == to || state == State.DONE) {
                return at - from;
            }
            int data = (int) Math.min(remaining, to - at);
            took(data);
            at += data;
        }
    }

    private int step(int octet) {
        return switch (state) {
            case SIZE_FIRST -> {
                digits = 0;
                remaining = 0;
                yield Octets.is(octet, Octets.HEX) ? size(octet) : -Status.BAD_REQUEST;
            }
            case SIZE -> size(octet);
            case SPACE_BEFORE_EXTENSION -> beforeExtension(octet);
            case EXTENSION -> extension(octet);
            case SIZE_LF -> lf(octet, remaining > 0 ? State.DATA : State.TRAILER_FIRST);
            case DATA_CR -> octet == Octets.CR ? go(State.DATA_LF) : -Status.BAD_REQUEST;
            case DATA_LF -> lf(octet, State.SIZE_FIRST);
            case TRAILER_FIRST ->
                octet == Octets.CR ? go(State.LAST_LF) : trailerName(octet, false);
            case TRAILER_NAME -> trailerName(octet, true);
            case TRAILER_VALUE -> trailerValue(octet);
            case TRAILER_LF -> lf(octet, State.TRAILER_FIRST);
            case LAST_LF -> lf(octet, State.DONE);
            case DATA, DONE -> 0;
        };
    }

    private int go(State next) {
        state = next;
        return 0;
    }

    private int lf(int octet, State next) {
        return octet == Octets.LF ? go(next) : -Status.BAD_REQUEST;
    }

    private int size(int octet) {
        if (Octets.is(octet, Octets.HEX)) {
            remaining = remaining << 4 | Octets.hex(octet);
            return ++digits > MAX_SIZE_DIGITS ? -Status.BAD_REQUEST : go(State.SIZE);
        }
        return octet == Octets.CR ? go(State.SIZE_LF) : beforeExtension(octet);
    }

    /** Accepts "bad" white space, as RFC 9112 section 7.1.1 demands. */
    private int beforeExtension(int octet) {
        if (octet == ';') {
            extensions.begin();
            return count(State.EXTENSION);
        }
        return Octets.isSpace(octet) ? count(State.SPACE_BEFORE_EXTENSION) : -Status.BAD_REQUEST;
    }

    private int extension(int octet) {
        if (octet == Octets.CR) {
            return extensions.mayEnd() ? go(State.SIZE_LF) : -Status.BAD_REQUEST;
        }
        return extensions.take(octet) ? count(State.EXTENSION) : -Status.BAD_REQUEST;
    }

    private int trailerName(int octet, boolean started) {
        if (Octets.is(octet, Octets.TOKEN)) {
            return count(State.TRAILER_NAME);
        }
        return started && octet == ':' ? count(State.TRAILER_VALUE) : -Status.BAD_REQUEST;
    }

    private int trailerValue(int octet) {
        if (octet == Octets.CR) {
            return go(State.TRAILER_LF);
        }
        return Octets.is(octet, Octets.TEXT) ? count(state) : -Status.BAD_REQUEST;
    }

    private int count(State next) {
        return ++overhead > MAX_OVERHEAD ? -Status.REQUEST_HEADER_FIELDS_TOO_LARGE : go(next);
    }
}
