package sluice.http;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Appends octets to a part of a segment. A write past its end writes nothing and sets {@link
 * #overflowed}, which the caller checks once at the end. Reusable; allocates nothing.
 */
public final class ByteWriter {
    private static final byte[] HEX = Octets.ascii("0123456789ABCDEF");
    private static final int LONGEST_DECIMAL = 20;

    private final byte[] scratch = new byte[LONGEST_DECIMAL];
    private MemorySegment target = MemorySegment.NULL;
    private long position;
    private long limit;
    private boolean overflowed;

    /** A writer without a target. */
    public ByteWriter() {}

    /** Starts again at [from, to) of the target. */
    public ByteWriter over(MemorySegment target, long from, long to) {
        this.target = target;
        position = from;
        limit = to;
        overflowed = false;
        return this;
    }

    /** The offset of the next octet. */
    public long position() {
        return position;
    }

    /** True if something did not fit: then the output is incomplete. */
    public boolean overflowed() {
        return overflowed;
    }

    public ByteWriter put(byte octet) {
        if (fits(1)) {
            target.set(ValueLayout.JAVA_BYTE, position++, octet);
        }
        return this;
    }

    public ByteWriter put(byte[] octets) {
        return put(octets, 0, octets.length);
    }

    public ByteWriter put(byte[] octets, int from, int length) {
        if (fits(length)) {
            MemorySegment.copy(octets, from, target, ValueLayout.JAVA_BYTE, position, length);
            position += length;
        }
        return this;
    }

    public ByteWriter put(MemorySegment octets, long from, long to) {
        if (fits(to - from)) {
            MemorySegment.copy(octets, from, target, position, to - from);
            position += to - from;
        }
        return this;
    }

    /** Appends ASCII text; other characters become "?". */
    public ByteWriter ascii(CharSequence text) {
        int length = text.length();
        if (fits(length)) {
            for (int i = 0; i < length; i++) {
                char character = text.charAt(i);
                byte octet = character < 0x80 ? (byte) character : (byte) '?';
                target.set(ValueLayout.JAVA_BYTE, position + i, octet);
            }
            position += length;
        }
        return this;
    }

    /** Appends a number that is 0 or more. */
    public ByteWriter decimal(long number) {
        int at = LONGEST_DECIMAL;
        long rest = number;
        do {
            scratch[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        return put(scratch, at, LONGEST_DECIMAL - at);
    }

    /** Appends two hexadecimal digits. */
    public ByteWriter hex(byte octet) {
        return put(HEX[octet >> 4 & 0xF]).put(HEX[octet & 0xF]);
    }

    public ByteWriter crlf() {
        return put(Octets.CR).put(Octets.LF);
    }

    private boolean fits(long length) {
        overflowed |= length > limit - position;
        return !overflowed;
    }
}
