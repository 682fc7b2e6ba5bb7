package sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The fields of a response: names and values in their order. Immutable, so that fields which are
 * sent again and again are made once. Any thread.
 *
 * <p>Their octets are kept as HTTP/1 sends them, because that writer is the busiest: it copies all
 * lines at once ({@link #copyTo}). Any other goes over names and values ({@link #forEach}).
 */
public final class Fields {
    /**
     * Octets of all lines. Three times what proxies take from a server by default (8 KiB), and so
     * little that one buffer of 32 KiB holds them with what a writer adds.
     */
    public static final int LENGTH_MAX = 24 << 10;

    /** No field at all. */
    public static final Fields NONE = new Fields(new byte[] {Octets.CR, Octets.LF});

    private static final int COLON_AND_SPACE = 2;
    private static final int CR_LF = 2;

    /** All lines, and the empty one that ends a head. */
    private final byte[] lines;
    /** Made when it is first asked for; threads that do so at once make the same. */
    private byte @Nullable [] coded;

    private Fields(byte[] lines) {
        this.lines = lines;
    }

    /** Is shown each field. */
    @FunctionalInterface
    public interface Visitor {
        /** Offsets into the octets, which are valid during the call and not to be written to. */
        void field(byte[] octets, int nameFrom, int nameTo, int valueFrom, int valueTo);
    }

    public static Fields of(Field field, byte[] value) {
        return NONE.with(field, value);
    }

    public static Fields of(Field field, String value) {
        return NONE.with(field, value);
    }

    /** The same fields and this one behind them, one octet per char (ISO 8859-1). */
    public Fields with(Field field, String value) {
        return with(field, value.getBytes(ISO_8859_1));
    }

    /** A number from 0. */
    public Fields with(Field field, long value) {
        return with(field, Long.toString(value));
    }

    /** A date in seconds since 1970. */
    public Fields withDate(Field field, long epochSeconds) {
        byte[] date = new byte[HttpDate.LENGTH];
        HttpDate.format(epochSeconds, date, 0);
        return with(field, date);
    }

    /**
     * The same fields and this one behind them.
     *
     * @throws IllegalArgumentException if the value has a CR, LF or NUL, which would end it in some
     *     syntax, or if the fields are too long
     */
    public Fields with(Field field, byte[] value) {
        return with(field.prefix, value);
    }

    /**
     * One more field, of any name.
     *
     * @throws IllegalArgumentException also if the name is no token
     */
    public Fields with(String name, String value) {
        byte[] octets = name.getBytes(ISO_8859_1);
        int end = Octets.skip(MemorySegment.ofArray(octets), 0, octets.length, Octets.TOKEN);
        if (end == 0 || end < octets.length) {
            throw new IllegalArgumentException("no name of a field: " + name);
        }
        return with((name + ": ").getBytes(ISO_8859_1), value.getBytes(ISO_8859_1));
    }

    private Fields with(byte[] prefix, byte[] value) {
        for (byte octet : value) {
            if (octet == Octets.CR || octet == Octets.LF || octet == 0) {
                throw new IllegalArgumentException("a value that would end its line");
            }
        }
        byte[] all = extended((long) prefix.length + value.length + CR_LF);
        int at = length();
        System.arraycopy(prefix, 0, all, at, prefix.length);
        System.arraycopy(value, 0, all, at + prefix.length, value.length);
        all[all.length - 4] = Octets.CR;
        all[all.length - 3] = Octets.LF;
        return ended(all);
    }

    private static Fields ended(byte[] all) {
        all[all.length - 2] = Octets.CR;
        all[all.length - 1] = Octets.LF;
        return new Fields(all);
    }

    /** These fields and those behind them. */
    public Fields and(Fields others) {
        if (isEmpty() || others.isEmpty()) {
            return isEmpty() ? others : this;
        }
        byte[] all = extended(others.length());
        System.arraycopy(others.lines, 0, all, length(), others.lines.length);
        return new Fields(all);
    }

    private byte[] extended(long more) {
        if (length() + more > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "fields of " + (length() + more) + " octets, more than " + LENGTH_MAX);
        }
        return Arrays.copyOf(lines, lines.length + (int) more);
    }

    public boolean isEmpty() {
        return length() == 0;
    }

    /** Octets of all lines, each with colon, space, CR and LF. */
    public int length() {
        return lines.length - CR_LF;
    }

    /** Copies the lines to where there is room for {@link #length} octets. */
    public void copyTo(MemorySegment target, long at) {
        MemorySegment.copy(lines, 0, target, ValueLayout.JAVA_BYTE, at, length());
    }

    /** The same and the empty line that ends a head: two octets more. */
    public void copyWithEndTo(MemorySegment target, long at) {
        MemorySegment.copy(lines, 0, target, ValueLayout.JAVA_BYTE, at, lines.length);
    }

    /**
     * The fields as HTTP/2 sends them, without a dynamic table: made once. Shared: never written
     * to.
     */
    public byte[] coded() {
        byte[] made = coded;
        if (made == null) {
            made = HpackEncoder.fields(this);
            coded = made;
        }
        return made;
    }

    /** Shows all fields in their order. */
    public void forEach(Visitor visitor) {
        int at = 0;
        while (at < length()) {
            int colon = indexOf((byte) ':', at);
            int from = colon + COLON_AND_SPACE;
            int end = indexOf(Octets.CR, from);
            visitor.field(lines, at, colon, from, end);
            at = end + CR_LF;
        }
    }

    private int indexOf(byte octet, int from) {
        int at = from;
        while (lines[at] != octet) {
            at++;
        }
        return at;
    }
}
