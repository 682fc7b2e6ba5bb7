package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * The ranges of a Range field (RFC 9110 section 14.2) for a representation of a given size.
 * Reusable: one per event loop. Overlapping and adjacent ranges are merged at the position of the
 * first one (section 15.3.7.2), so that together they are never longer than the file.
 */
public final class ByteRanges {
    /**
     * Maximum of ranges in one request, counted before merging; with more the whole file is sent.
     * PDF readers request some dozens, attackers thousands.
     */
    public static final int MAX_RANGES = 128;

    /** Which response to send. */
    public enum Kind {
        /** No Range field, or one that must be ignored: 200. */
        NONE,
        /** At least one range: 206. */
        SATISFIABLE,
        /** All ranges start after the end: 416. */
        UNSATISFIABLE
    }

    private static final byte[] UNIT = Octets.ascii("bytes");

    private final long[] starts = new long[MAX_RANGES];
    private final long[] ends = new long[MAX_RANGES];
    private int count;
    private int specs;
    private boolean wholeOfNothing;

    /** An object without ranges. */
    public ByteRanges() {}

    /** Parses the Range of a request, if it has one, for a representation of this size. */
    public Kind parse(Request request, long size) {
        int line = request.find(Field.RANGE);
        if (line < 0 || request.next(line) >= 0) {
            count = 0;
            return Kind.NONE;
        }
        return parse(request.bytes(), request.valueFrom(line), request.valueTo(line), size);
    }

    /**
     * Parses one value. Syntax errors, other units and too many ranges result in {@link Kind#NONE}.
     * So does a suffix of an empty file: it is satisfiable, but no Content-Range can express it.
     */
    public Kind parse(MemorySegment bytes, int from, int to, long size) {
        count = 0;
        specs = 0;
        wholeOfNothing = false;
        int at = from + UNIT.length;
        if (at >= to
                || !Octets.equalIgnoringCase(bytes, from, at, UNIT)
                || Octets.get(bytes, at) != '=') {
            return Kind.NONE;
        }
        at++;
        while (at < to) {
            int end = endOfSpec(bytes, at, to);
            int first = Octets.skipSpace(bytes, at, end);
            int last = Octets.trimEnd(bytes, first, end);
            if (first < last && !parseSpec(bytes, first, last, size)) {
                count = 0;
                return Kind.NONE;
            }
            at = end + 1;
        }
        if (specs == 0 || count == 0 && wholeOfNothing) {
            return Kind.NONE;
        }
        return count > 0 ? Kind.SATISFIABLE : Kind.UNSATISFIABLE;
    }

    private static int endOfSpec(MemorySegment bytes, int from, int to) {
        int at = from;
        while (at < to && Octets.get(bytes, at) != ',') {
            at++;
        }
        return at;
    }

    private boolean parseSpec(MemorySegment bytes, int from, int to, long size) {
        if (++specs > MAX_RANGES) {
            return false;
        }
        int dash = Octets.skip(bytes, from, to, Octets.DIGIT);
        if (dash == to || Octets.get(bytes, dash) != '-') {
            return false;
        }
        long last = Octets.decimal(bytes, dash + 1, to);
        boolean open = dash + 1 == to;
        if (last < 0 && !open) {
            return false;
        }
        if (dash == from) {
            wholeOfNothing |= size == 0 && last > 0;
            if (last > 0 && size > 0) {
                join(size - Math.min(last, size), size);
            }
            return !open;
        }
        long first = Octets.decimal(bytes, from, dash);
        if (!open && isLess(bytes, dash + 1, to, from, dash)) {
            return false;
        }
        if (first < size) {
            join(first, open || last >= size ? size : last + 1);
        }
        return true;
    }

    /** Compares numbers of any length: they may not fit into a long. */
    private static boolean isLess(
            MemorySegment bytes, int from, int to, int otherFrom, int otherTo) {
        int at = skipZeros(bytes, from, to);
        int other = skipZeros(bytes, otherFrom, otherTo);
        if (to - at != otherTo - other) {
            return to - at < otherTo - other;
        }
        for (; at < to; at++, other++) {
            int difference = Octets.get(bytes, at) - Octets.get(bytes, other);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    private static int skipZeros(MemorySegment bytes, int from, int to) {
        int at = from;
        while (at < to && Octets.get(bytes, at) == '0') {
            at++;
        }
        return at;
    }

    private void join(long from, long to) {
        long start = from;
        long end = to;
        int place = count;
        for (int i = 0; i < count; ) {
            if (start > ends[i] || end < starts[i]) {
                i++;
                continue;
            }
            start = Math.min(start, starts[i]);
            end = Math.max(end, ends[i]);
            place = Math.min(place, i);
            remove(i);
            i = 0; // the merged range is longer and may now touch an earlier one
        }
        insert(place, start, end);
    }

    private void remove(int index) {
        count--;
        System.arraycopy(starts, index + 1, starts, index, count - index);
        System.arraycopy(ends, index + 1, ends, index, count - index);
    }

    private void insert(int index, long start, long end) {
        System.arraycopy(starts, index, starts, index + 1, count - index);
        System.arraycopy(ends, index, ends, index + 1, count - index);
        starts[index] = start;
        ends[index] = end;
        count++;
    }

    /** How many ranges to send; no two of them touch. */
    public int count() {
        return count;
    }

    /** The first octet of a range. */
    public long start(int index) {
        return starts[index];
    }

    /** The octet after a range. */
    public long end(int index) {
        return ends[index];
    }

    public long length(int index) {
        return ends[index] - starts[index];
    }
}
