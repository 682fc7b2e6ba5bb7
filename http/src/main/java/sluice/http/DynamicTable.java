package sluice.http;

import org.jspecify.annotations.Nullable;

/**
 * The fields that a peer has added, RFC 7541 section 2.3.2: numbered from the newest one, and
 * dropped from the oldest one on when they get larger than the table. It allocates only while it
 * grows to the size that a connection needs.
 *
 * <p>Octets lie one field after the other in one array, so each field is in one piece. Where the
 * array ends, the fields that are left move to its beginning. It may hold twice the table, so at
 * least as many octets have been added as then move.
 */
final class DynamicTable {
    /** What a field counts beside its octets, RFC 7541 section 4.1. */
    static final int OVERHEAD = 32;

    private static final int OCTETS_AT_FIRST = 512;
    /** A power of two, as all sizes of {@link #from} are. */
    private static final int FIELDS_AT_FIRST = 16;

    private static final int[] NONE = {};

    private byte[] octets = {};
    private int end;

    /** Fields by the count of those before them, modulo the length of the arrays. */
    private int[] from = NONE;

    private int[] valueFrom = NONE;
    private int[] to = NONE;
    private @Nullable Field[] fields = {};
    private int added;
    private int count;
    private int size;
    private int sizeMax;

    DynamicTable(int sizeMax) {
        this.sizeMax = sizeMax;
    }

    void resize(int newSizeMax) {
        sizeMax = newSizeMax;
        makeRoom(0);
    }

    int count() {
        return count;
    }

    /** The place of a field in the arrays; 1 is the newest one. */
    int place(int number) {
        return added - number & from.length - 1;
    }

    byte[] octets() {
        return octets;
    }

    int from(int place) {
        return from[place];
    }

    /** Where the name ends, too. */
    int valueFrom(int place) {
        return valueFrom[place];
    }

    int to(int place) {
        return to[place];
    }

    @Nullable
    Field field(int place) {
        return fields[place];
    }

    /** Adds a field, or empties the table if it is larger than that. The name is not in here. */
    void add(
            @Nullable Field field,
            byte[] name,
            int nameFrom,
            int nameTo,
            byte[] value,
            int valueStart,
            int valueEnd) {
        int nameLength = nameTo - nameFrom;
        int valueLength = valueEnd - valueStart;
        int length = nameLength + valueLength;
        makeRoom(length + OVERHEAD);
        if (length + OVERHEAD > sizeMax) {
            return;
        }
        makePlace(length);
        int place = added++ & from.length - 1;
        fields[place] = field;
        from[place] = end;
        System.arraycopy(name, nameFrom, octets, end, nameLength);
        end += nameLength;
        valueFrom[place] = end;
        System.arraycopy(value, valueStart, octets, end, valueLength);
        end += valueLength;
        to[place] = end;
        count++;
        size += length + OVERHEAD;
    }

    private void makeRoom(int more) {
        while (count > 0 && size > sizeMax - more) {
            int oldest = place(count--);
            size -= to[oldest] - from[oldest] + OVERHEAD;
        }
    }

    private void makePlace(int length) {
        if (count == from.length) {
            grow();
        }
        if (length <= octets.length - end) {
            return;
        }
        int start = count == 0 ? end : from[place(count)];
        int kept = end - start;
        byte[] source = octets;
        if (2 * (kept + length) > octets.length) {
            octets = new byte[Math.max(OCTETS_AT_FIRST, 2 * (kept + length))];
        }
        System.arraycopy(source, start, octets, 0, kept);
        for (int number = 1; number <= count; number++) {
            int place = place(number);
            from[place] -= start;
            valueFrom[place] -= start;
            to[place] -= start;
        }
        end = kept;
    }

    private void grow() {
        int length = Math.max(FIELDS_AT_FIRST, 2 * count);
        int[] newFrom = new int[length];
        int[] newValueFrom = new int[length];
        int[] newTo = new int[length];
        @Nullable Field[] newFields = new Field[length];
        for (int number = 1; number <= count; number++) {
            int place = added - number & length - 1;
            newFrom[place] = from[place(number)];
            newValueFrom[place] = valueFrom[place(number)];
            newTo[place] = to[place(number)];
            newFields[place] = fields[place(number)];
        }
        from = newFrom;
        valueFrom = newValueFrom;
        to = newTo;
        fields = newFields;
    }
}
