package sluice.http;

import java.util.Arrays;

/**
 * Where {@link HpackDecoder} puts the strings of the field that it decodes. All decoders of one
 * thread can share one. It grows to what the longest field so far has needed.
 */
public final class HpackBuffer {
    private static final int AT_FIRST = 512;

    private byte[] octets = new byte[AT_FIRST];
    private int position;

    /** An empty buffer. */
    public HpackBuffer() {}

    void clear() {
        position = 0;
    }

    int position() {
        return position;
    }

    void advance(int newPosition) {
        position = newPosition;
    }

    /** The octets, with room for so many more from the position on. */
    byte[] room(int more) {
        if (more > octets.length - position) {
            octets = Arrays.copyOf(octets, position + more);
        }
        return octets;
    }
}
