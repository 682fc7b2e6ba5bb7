package sluice.server.http2;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The head of a frame, RFC 9113 section 4.1. One object reads all heads of a connection. */
final class Frame {
    /** Octets of a head. */
    static final int HEAD = 9;
    /** Largest payload, either way: what SETTINGS_MAX_FRAME_SIZE says without a setting. */
    static final int PAYLOAD_MAX = 16_384;

    static final int DATA = 0x0;
    static final int HEADERS = 0x1;
    static final int PRIORITY = 0x2;
    static final int RST_STREAM = 0x3;
    static final int SETTINGS = 0x4;
    static final int PUSH_PROMISE = 0x5;
    static final int PING = 0x6;
    static final int GOAWAY = 0x7;
    static final int WINDOW_UPDATE = 0x8;
    static final int CONTINUATION = 0x9;
    /** RFC 9218 section 7.1. */
    static final int PRIORITY_UPDATE = 0x10;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int WITH_PRIORITY = 0x20;

    /** A stream's number, and a window's increment, without the reserved bit. */
    private static final int NUMBER = 0x7FFF_FFFF;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Octets of the payload. */
    int length;

    int type;
    int flags;
    int stream;

    void read(MemorySegment bytes, int at) {
        int lengthAndType = bytes.get(INT, at);
        length = lengthAndType >>> 8;
        type = lengthAndType & 0xFF;
        flags = bytes.get(JAVA_BYTE, at + 4) & 0xFF;
        stream = number(bytes, at + 5);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    static int number(MemorySegment bytes, int at) {
        return bytes.get(INT, at) & NUMBER;
    }

    static long integer(MemorySegment bytes, int at) {
        return bytes.get(INT, at) & 0xFFFF_FFFFL;
    }

    static int shortInteger(MemorySegment bytes, int at) {
        return bytes.get(SHORT, at) & 0xFFFF;
    }

    static void write(MemorySegment to, int at, int length, int type, int flags, int stream) {
        to.set(INT, at, length << 8 | type);
        to.set(JAVA_BYTE, at + 4, (byte) flags);
        to.set(INT, at + 5, stream);
    }
}
