package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * The field lines of one head (RFC 9112 section 5) as offsets into the bytes they were parsed from.
 * Lines of the same known name are linked in their order.
 */
public final class FieldLines {
    /** Most lines in one head: no browser sends more than about 30. */
    public static final int MAX_FIELDS = 100;

    private final int[] nameFrom = new int[MAX_FIELDS];
    private final int[] nameTo = new int[MAX_FIELDS];
    private final int[] valueFrom = new int[MAX_FIELDS];
    private final int[] valueTo = new int[MAX_FIELDS];
    private final int[] next = new int[MAX_FIELDS];
    private final int[] first = new int[Field.count()];
    private final int[] last = new int[Field.count()];
    private MemorySegment bytes = MemorySegment.NULL;
    private int count;
    private int lastOrdinal;
    private HeadPart unfinished = HeadPart.ANY;
    private long present;

    FieldLines() {}

    void reset(MemorySegment source) {
        bytes = source;
        count = 0;
        present = 0;
    }

    /**
     * Parses the line that starts at {@code at}, which is not the empty one.
     *
     * @return the offset after it, {@link RequestHead#INCOMPLETE}, or a negative status
     */
    int parseLine(int at, int limit) {
        if (count == MAX_FIELDS) {
            return -Status.REQUEST_HEADER_FIELDS_TOO_LARGE;
        }
        MemorySegment source = bytes;
        int colon = parseName(source, at, limit);
        if (colon == limit) {
            unfinished = HeadPart.NAME;
            return RequestHead.INCOMPLETE;
        }
        if (colon == at || Octets.get(source, colon) != ':') {
            return -Status.BAD_REQUEST; // obs-fold and space before the colon end here too
        }
        int from = Octets.skipSpace(source, colon + 1, limit);
        int end = Octets.skipText(source, from, limit);
        unfinished = end == limit ? HeadPart.VALUE : HeadPart.ANY;
        int after = endOfLine(source, end, limit);
        if (after > 0) {
            add(at, colon, from, Octets.trimEnd(source, from, end));
        }
        return after;
    }

    /**
     * The end of the token at {@code at}; sets {@link #lastOrdinal} to the field that it names.
     * Scans names of letters and dashes eight octets at a time.
     */
    private int parseName(MemorySegment source, int at, int limit) {
        long first = 0;
        long second = 0;
        int place = at;
        while (limit - place >= Long.BYTES && place - at < 3 * Long.BYTES) {
            long word = Octets.word(source, place);
            long others = Octets.otherThanLetters(word);
            int letters = others == 0 ? Long.BYTES : Long.numberOfTrailingZeros(others) >>> 3;
            long name = Octets.lowerLetters(word);
            if (letters < Long.BYTES) {
                name &= (1L << 8 * letters) - 1;
                if ((word >>> 8 * letters & 0xFF) != ':') {
                    break;
                }
            }
            place += letters;
            if (letters < Long.BYTES) {
                int words = (place - at) / Long.BYTES;
                lastOrdinal = switch (words) {
                    case 0 -> Field.ordinalOf(name, 0, 0);
                    case 1 -> Field.ordinalOf(first, name, 0);
                    default -> Field.ordinalOf(first, second, name);
                };
                return place;
            }
            if (place - at == Long.BYTES) {
                first = name;
            } else {
                second = name;
            }
        }
        int end = Octets.skip(source, place, limit, Octets.TOKEN);
        lastOrdinal = end > at ? Field.ordinalOf(source, at, end) : -1;
        return end;
    }

    /** Expects CR LF at {@code at}; a bare CR or LF or any other control character is refused. */
    static int endOfLine(MemorySegment bytes, int at, int limit) {
        if (at >= limit) {
            return RequestHead.INCOMPLETE;
        }
        if (Octets.get(bytes, at) != Octets.CR) {
            return -Status.BAD_REQUEST;
        }
        if (at + 1 == limit) {
            return RequestHead.INCOMPLETE;
        }
        return Octets.get(bytes, at + 1) == Octets.LF ? at + 2 : -Status.BAD_REQUEST;
    }

    private void add(int name, int colon, int from, int to) {
        int line = count++;
        nameFrom[line] = name;
        nameTo[line] = colon;
        valueFrom[line] = from;
        valueTo[line] = to;
        next[line] = -1;
        if (lastOrdinal >= 0) {
            long bit = 1L << lastOrdinal;
            if ((present & bit) == 0) {
                present |= bit;
                first[lastOrdinal] = line;
            } else {
                next[last[lastOrdinal]] = line;
            }
            last[lastOrdinal] = line;
        }
    }

    /** Where the line parsed last ended, if it was incomplete. */
    HeadPart unfinished() {
        return unfinished;
    }

    /** The ordinal of the {@link Field} of the line parsed last, or -1. */
    int lastOrdinal() {
        return lastOrdinal;
    }

    long present() {
        return present;
    }

    /** The bytes that all offsets belong to. */
    public MemorySegment bytes() {
        return bytes;
    }

    public int count() {
        return count;
    }

    public boolean has(Field field) {
        return (present & field.bit()) != 0;
    }

    /** The first line of the field, or -1. */
    public int find(Field field) {
        return has(field) ? first[field.ordinal()] : -1;
    }

    /** The next line of the same field, or -1: they form one list, RFC 9110 section 5.3. */
    public int next(int line) {
        return next[line];
    }

    public int valueFrom(int line) {
        return valueFrom[line];
    }

    public int valueTo(int line) {
        return valueTo[line];
    }

    /** The name as it was sent. Allocates. */
    public String name(int line) {
        return Octets.string(bytes, nameFrom[line], nameTo[line]);
    }

    /** The value without white space around it, one char per octet (ISO 8859-1). Allocates. */
    public String value(int line) {
        return Octets.string(bytes, valueFrom[line], valueTo[line]);
    }
}
