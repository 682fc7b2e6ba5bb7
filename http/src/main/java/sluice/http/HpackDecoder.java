package sluice.http;

import org.jspecify.annotations.Nullable;

/**
 * Decodes the header blocks of one connection in their order (RFC 7541). Reusable; it allocates
 * only until its table and its buffer have the size that the connection needs. One thread.
 *
 * <p>What a block costs is bounded by its octets: those that code a string grow to at most 8/5, and
 * a field of which the table has the octets is shown where they are.
 */
public final class HpackDecoder {
    /** What a peer takes for the size of the table as long as no setting says other. */
    public static final int TABLE_SIZE = 4_096;

    private static final int INDEXED = 0x80;
    private static final int ADDED = 0x40;
    private static final int RESIZED = 0x20;
    private static final int HUFFMAN = 0x80;

    /** Most octets of a number behind its first one: none that can be meant is 2^28. */
    private static final int NUMBER_MAX = 4;

    private static final int INVALID = -1;
    private static final byte[] NOTHING = {};

    private final int tableSizeMax;
    private final int listSizeMax;
    private final HpackBuffer buffer;
    private final DynamicTable table;

    private byte[] block = NOTHING;
    private int at;
    private int end;

    /** The name of the field that is being decoded, and where the string decoded last is. */
    private @Nullable Field field;

    private byte[] name = NOTHING;
    private int nameFrom;
    private int nameTo;
    private byte[] string = NOTHING;
    private int stringFrom;
    private int stringTo;
    private long listSize;

    /** How a block ended. */
    public enum Outcome {
        OK,
        /** The connection cannot be read any further, RFC 9113 section 4.3. */
        COMPRESSION_ERROR,
        /**
         * The fields are larger than allowed, and the last of them were not shown. The connection
         * goes on: the table is as the peer has it.
         */
        TOO_LARGE
    }

    /** A decoder with a buffer of its own. */
    public HpackDecoder(int tableSizeMax, int listSizeMax) {
        this(tableSizeMax, listSizeMax, new HpackBuffer());
    }

    /**
     * A decoder for one connection.
     *
     * @param tableSizeMax octets of the dynamic table: {@link #TABLE_SIZE} or more, as the setting
     *     SETTINGS_HEADER_TABLE_SIZE says
     * @param listSizeMax octets of all names and values of a block, and 32 for each field, RFC 9113
     *     section 6.5.2
     * @param buffer may be shared by all decoders of a thread
     */
    public HpackDecoder(int tableSizeMax, int listSizeMax, HpackBuffer buffer) {
        this.tableSizeMax = tableSizeMax;
        this.listSizeMax = listSizeMax;
        this.buffer = buffer;
        table = new DynamicTable(TABLE_SIZE);
    }

    /** Decodes a complete block, [from, to), and shows its fields to the sink. */
    public Outcome decode(byte[] block, int from, int to, FieldSink sink) {
        this.block = block;
        at = from;
        end = to;
        listSize = 0;
        boolean valid = resizes();
        while (valid && at < end) {
            int first = block[at];
            valid = (first & INDEXED) != 0 ? indexed(sink) : literal(first, sink);
        }
        this.block = name = string = NOTHING;
        if (!valid) {
            return Outcome.COMPRESSION_ERROR;
        }
        return listSize > listSizeMax ? Outcome.TOO_LARGE : Outcome.OK;
    }

    /** Only a block's beginning may change the size of the table, RFC 7541 section 4.2. */
    private boolean resizes() {
        while (at < end && (block[at] & 0xE0) == RESIZED) {
            int size = number(0x1F);
            if (size < 0 || size > tableSizeMax) {
                return false;
            }
            table.resize(size);
        }
        return true;
    }

    private boolean indexed(FieldSink sink) {
        int number = number(0x7F);
        if (!takeName(number)) {
            return false;
        }
        if (number <= StaticTable.LAST) {
            byte[] value = StaticTable.value(number);
            show(sink, value, 0, value.length);
        } else {
            int place = table.place(number - StaticTable.LAST);
            show(sink, name, nameTo, table.to(place));
        }
        return true;
    }

    /** Sets the name to that of a field in one of the tables. */
    private boolean takeName(int number) {
        if (number <= 0 || number > StaticTable.LAST + table.count()) {
            return false;
        }
        if (number <= StaticTable.LAST) {
            setName(StaticTable.field(number), StaticTable.name(number), 0);
            nameTo = name.length;
        } else {
            int place = table.place(number - StaticTable.LAST);
            setName(table.field(place), table.octets(), table.from(place));
            nameTo = table.valueFrom(place);
        }
        return true;
    }

    private void setName(@Nullable Field newField, byte[] octets, int from) {
        field = newField;
        name = octets;
        nameFrom = from;
    }

    private boolean literal(int first, FieldSink sink) {
        boolean added = (first & ADDED) != 0;
        if (!added && (first & RESIZED) != 0) {
            return false;
        }
        int number = number(added ? 0x3F : 0x0F);
        buffer.clear();
        if (number == 0 ? !newName() : !takeName(number)) {
            return false;
        }
        if (!string()) {
            return false;
        }
        show(sink, string, stringFrom, stringTo);
        if (added) {
            if (number > StaticTable.LAST) {
                keepName();
            }
            table.add(field, name, nameFrom, nameTo, string, stringFrom, stringTo);
        }
        return true;
    }

    /** Copies a name out of the table, where octets move when a field is added. */
    private void keepName() {
        int length = nameTo - nameFrom;
        byte[] kept = buffer.room(length);
        int from = buffer.position();
        System.arraycopy(name, nameFrom, kept, from, length);
        setName(field, kept, from);
        nameTo = from + length;
    }

    private boolean newName() {
        if (!string()) {
            return false;
        }
        setName(Field.spelled(string, stringFrom, stringTo), string, stringFrom);
        nameTo = stringTo;
        return true;
    }

    /** Decodes the string at {@link #at}, RFC 7541 section 5.2. */
    private boolean string() {
        if (at == end) {
            return false;
        }
        boolean coded = (block[at] & HUFFMAN) != 0;
        int length = number(0x7F);
        if (length < 0 || length > end - at) {
            return false;
        }
        int from = at;
        at += length;
        if (!coded) {
            string = block;
            stringFrom = from;
            stringTo = at;
            return true;
        }
        byte[] target = buffer.room(Huffman.decodedMax(length));
        stringFrom = buffer.position();
        stringTo = Huffman.decode(block, from, at, target, stringFrom);
        string = target;
        buffer.advance(stringTo);
        return stringTo != Huffman.INVALID;
    }

    private void show(FieldSink sink, byte[] value, int valueFrom, int valueTo) {
        listSize += nameTo - nameFrom + valueTo - valueFrom + DynamicTable.OVERHEAD;
        if (listSize <= listSizeMax) {
            sink.field(field, name, nameFrom, nameTo, value, valueFrom, valueTo);
        }
    }

    /**
     * Decodes the number at {@link #at}, whose first octet is there, RFC 7541 section 5.1.
     *
     * @param prefix its bits of the first octet, which are all ones if more octets follow
     * @return the number, or {@link #INVALID}
     */
    private int number(int prefix) {
        int number = block[at++] & prefix;
        if (number < prefix) {
            return number;
        }
        for (int i = 0; i < NUMBER_MAX && at < end; i++) {
            int octet = block[at++];
            number += (octet & 0x7F) << 7 * i;
            if (octet >= 0) {
                return number;
            }
        }
        return INVALID;
    }
}
