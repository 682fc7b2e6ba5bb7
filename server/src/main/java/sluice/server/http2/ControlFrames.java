package sluice.server.http2;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import sluice.io.SendQueue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Frames about the connection and its streams that are to be sent, as octets. They go before all
 * other frames. While many wait, the connection takes no input, so that a peer which provokes them
 * and does not read them makes nothing grow.
 */
final class ControlFrames {
    /** Octets that may wait while input is taken: 20 frames, more than peers provoke at once. */
    static final int WAITING_MAX = 512;

    static final int SETTINGS_ENABLE_PUSH = 2;
    static final int SETTINGS_MAX_CONCURRENT_STREAMS = 3;
    static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
    static final int SETTINGS_MAX_FRAME_SIZE = 5;
    static final int SETTINGS_MAX_HEADER_LIST_SIZE = 6;
    /** RFC 9218 section 2.1: priorities come by their field and frame. */
    static final int SETTINGS_NO_RFC7540_PRIORITIES = 9;

    private static final int INTEGER = 4;
    private static final int PING_PAYLOAD = 8;
    private static final int SETTING = 6;

    private byte[] octets = new byte[64];
    private int from;
    private int to;

    boolean isEmpty() {
        return from == to;
    }

    /** Whether the peer has to read before more of its frames are taken. */
    boolean isFull() {
        return to - from > WAITING_MAX;
    }

    /** Moves frames to a queue; false if some remain, which nothing may overtake. */
    boolean moveTo(SendQueue queue) {
        int length = Math.min(to - from, queue.room());
        if (length > 0) {
            MemorySegment.copy(
                    octets, from, queue.block().segment(), JAVA_BYTE, queue.position(), length);
            queue.wrote(length);
            from += length;
        }
        if (from < to) {
            return false;
        }
        from = to = 0;
        return true;
    }

    /**
     * Our settings.
     *
     * @param streams most concurrent streams
     * @param list most octets of a request's fields
     * @param window of each stream at its beginning
     */
    void settings(int streams, int list, int window) {
        head(4 * SETTING, Frame.SETTINGS, 0, 0);
        setting(SETTINGS_MAX_CONCURRENT_STREAMS, streams);
        setting(SETTINGS_INITIAL_WINDOW_SIZE, window);
        setting(SETTINGS_MAX_HEADER_LIST_SIZE, list);
        setting(SETTINGS_NO_RFC7540_PRIORITIES, 1);
    }

    private void setting(int identifier, int value) {
        put((byte) (identifier >> 8));
        put((byte) identifier);
        integer(value);
    }

    void settingsAck() {
        head(0, Frame.SETTINGS, Frame.ACK, 0);
    }

    /** A ping of ours, whose answer says that the peer has got what was sent before. */
    void ping() {
        head(PING_PAYLOAD, Frame.PING, 0, 0);
        integer(0);
        integer(0);
    }

    void pingAck(MemorySegment bytes, int at) {
        head(PING_PAYLOAD, Frame.PING, Frame.ACK, 0);
        for (int i = 0; i < PING_PAYLOAD; i++) {
            put(bytes.get(JAVA_BYTE, at + i));
        }
    }

    void reset(int stream, ErrorCode code) {
        head(INTEGER, Frame.RST_STREAM, 0, stream);
        integer(code.ordinal());
    }

    void windowUpdate(int stream, int increment) {
        head(INTEGER, Frame.WINDOW_UPDATE, 0, stream);
        integer(increment);
    }

    /**
     * No stream after {@code last} is answered.
     *
     * @param words for whoever debugs the peer
     */
    void goAway(int last, ErrorCode code, String words) {
        byte[] debug = words.getBytes(StandardCharsets.US_ASCII);
        head(2 * INTEGER + debug.length, Frame.GOAWAY, 0, 0);
        integer(last);
        integer(code.ordinal());
        for (byte octet : debug) {
            put(octet);
        }
    }

    private void head(int length, int type, int flags, int stream) {
        integer(length << 8 | type);
        put((byte) flags);
        integer(stream);
    }

    private void integer(int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            put((byte) (value >> shift));
        }
    }

    private void put(byte octet) {
        if (to == octets.length) {
            octets = Arrays.copyOf(octets, 2 * octets.length);
        }
        octets[to++] = octet;
    }
}
