package sluice.server.http2;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import sluice.io.Block;
import sluice.io.Connection;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Splits the bytes of a connection into frames and checks what RFC 9113 sections 4 and 6 say of
 * each alone. Frames of data are passed on piece by piece, all others as a whole.
 */
final class FrameReader {
    /** What a client sends first, RFC 9113 section 3.4. */
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

    /** Most octets of a header block: as many as a head of HTTP/1 may have. */
    static final int BLOCK_MAX = 16 << 10;
    /** Most CONTINUATIONs of a block: that of {@link #BLOCK_MAX} octets needs one. */
    static final int CONTINUATIONS_MAX = 4;
    /** A frame that is passed on as a whole has to fit into what a connection keeps. */
    private static final int WHOLE_MAX = Connection.UNFINISHED_MAX - Frame.HEAD;

    private static final int PRIORITY = 5;
    private static final int INTEGER = 4;
    private static final int PING = 8;
    private static final int SETTING = 6;

    /** Gets the frames in their order. */
    interface Handler {
        /** Whether all that follows is to be dropped. */
        boolean isOver();

        /** The connection cannot go on. */
        void connectionError(ErrorCode code, String words);

        /** A frame is to be charged; false if the connection ends therefore. */
        boolean charge();

        void streamError(int stream, ErrorCode code);

        void settings(MemorySegment bytes, int from, int to);

        void settingsAcknowledged();

        void ping(MemorySegment bytes, int at);

        void pingAnswered();

        void goAway();

        void windowUpdate(int stream, int increment);

        void reset(int stream);

        void priority(int stream, int dependsOn);

        void priorityUpdate(int stream, MemorySegment bytes, int from, int to);

        /** A whole header block; the array is valid during the call. */
        void headers(int stream, byte[] block, int from, int to, boolean last, int dependsOn);

        /** A frame of data begins: so many octets count for the windows, padding included. */
        void dataBegins(int stream, int octets);

        /** Octets of data: how many were taken. All others are offered again. */
        int data(int stream, Block bytes, int from, int to);

        /** A frame of data has ended. */
        void dataEnds(int stream, boolean last);
    }

    private final Handler handler;
    private final Frame frame = new Frame();
    private boolean begun;
    private boolean settingsCame;
    private boolean partial;

    // The rest of a frame whose payload is passed on in pieces, or skipped
    private int left;
    private int padding;
    private boolean skips;

    // A header block in several frames
    private byte[] block = {};
    private int blockLength;
    private int blockStream;
    private int continuations;
    private boolean blockIsLast;
    private int dependsOn;

    FrameReader(Handler handler) {
        this.handler = handler;
    }

    /** Whether a frame or a header block has come in part, or not even the preface. */
    boolean isInside() {
        return partial || blockStream != 0 || left + padding > 0 || !settingsCame;
    }

    /** Whether the client has begun as RFC 9113 section 3.4 wants. */
    boolean hasBegun() {
        return settingsCame;
    }

    /** Reads the next frame, or a part of it: how many octets were taken. */
    int read(Block bytes, int from, int to) {
        int taken = handler.isOver() ? to - from : readNext(bytes, from, to);
        partial = taken == 0;
        return handler.isOver() ? to - from : taken;
    }

    private int readNext(Block bytes, int from, int to) {
        if (!begun) {
            return readPreface(bytes.segment(), from, to);
        }
        if (left + padding > 0) {
            return readPiece(bytes, from, to);
        }
        if (to - from < Frame.HEAD) {
            return 0;
        }
        MemorySegment segment = bytes.segment();
        frame.read(segment, from);
        if (!isExpected()) {
            return to - from;
        }
        int at = from + Frame.HEAD;
        if (frame.type == Frame.DATA) {
            return readDataHead(bytes, at, to);
        }
        if (!isKnown()) {
            skips = true;
            left = frame.length;
            handler.charge();
            return Frame.HEAD;
        }
        if (frame.length > WHOLE_MAX) {
            return fail(ErrorCode.ENHANCE_YOUR_CALM, "a frame that is too large to be meant");
        }
        if (to - at < frame.length) {
            return 0;
        }
        dispatch(segment, at, at + frame.length);
        return Frame.HEAD + frame.length;
    }

    private int readPreface(MemorySegment segment, int from, int to) {
        int length = Math.min(to - from, PREFACE.length);
        for (int i = 0; i < length; i++) {
            if (segment.get(JAVA_BYTE, from + i) != PREFACE[i]) {
                return fail(ErrorCode.PROTOCOL_ERROR, "no preface of HTTP/2");
            }
        }
        begun = length == PREFACE.length;
        return begun ? length : 0;
    }

    private int fail(ErrorCode code, String words) {
        handler.connectionError(code, words);
        return 1;
    }

    /** Whether this frame may come now: RFC 9113 sections 3.4, 4.2 and 6.10. */
    private boolean isExpected() {
        if (frame.length > Frame.PAYLOAD_MAX) {
            fail(ErrorCode.FRAME_SIZE_ERROR, "a frame above SETTINGS_MAX_FRAME_SIZE");
        } else if (!settingsCame && (frame.type != Frame.SETTINGS || frame.has(Frame.ACK))) {
            fail(ErrorCode.PROTOCOL_ERROR, "the first frame has to be SETTINGS");
        } else if (blockStream != 0
                && (frame.type != Frame.CONTINUATION || frame.stream != blockStream)) {
            fail(ErrorCode.PROTOCOL_ERROR, "a header block was not continued");
        } else if (blockStream == 0 && frame.type == Frame.CONTINUATION) {
            fail(ErrorCode.PROTOCOL_ERROR, "a CONTINUATION of nothing");
        } else if (frame.type == Frame.PUSH_PROMISE) {
            fail(ErrorCode.PROTOCOL_ERROR, "a client cannot push");
        } else {
            boolean ofConnection = frame.type == Frame.SETTINGS
                    || frame.type == Frame.PING
                    || frame.type == Frame.GOAWAY
                    || frame.type == Frame.PRIORITY_UPDATE;
            boolean either = frame.type == Frame.WINDOW_UPDATE || !isKnown();
            if (!either && ofConnection != (frame.stream == 0)) {
                fail(ErrorCode.PROTOCOL_ERROR, "a frame on a stream that cannot have it");
            }
        }
        return !handler.isOver();
    }

    private boolean isKnown() {
        return frame.type <= Frame.CONTINUATION || frame.type == Frame.PRIORITY_UPDATE;
    }

    private int readDataHead(Block bytes, int at, int to) {
        boolean padded = frame.has(Frame.PADDED);
        if (padded && frame.length > 0 && at == to) {
            return 0;
        }
        int pad = padded && frame.length > 0 ? bytes.segment().get(JAVA_BYTE, at) & 0xFF : 0;
        int head = padded ? 1 : 0;
        if (head + pad > frame.length) {
            return fail(ErrorCode.PROTOCOL_ERROR, "more padding than payload");
        }
        left = frame.length - head - pad;
        padding = pad;
        skips = false;
        handler.dataBegins(frame.stream, frame.length);
        if (left + padding == 0) {
            handler.dataEnds(frame.stream, frame.has(Frame.END_STREAM));
        }
        return Frame.HEAD + head;
    }

    private int readPiece(Block bytes, int from, int to) {
        int octets = Math.min(left, to - from);
        if (octets > 0 && !skips) {
            int taken = handler.data(frame.stream, bytes, from, from + octets);
            if (taken < octets) {
                left -= taken;
                return taken;
            }
        }
        left -= octets;
        int pad = Math.min(padding, to - from - octets);
        padding -= pad;
        if (left + padding == 0 && !skips) {
            handler.dataEnds(frame.stream, frame.has(Frame.END_STREAM));
        }
        return octets + pad;
    }

    private void dispatch(MemorySegment segment, int from, int to) {
        switch (frame.type) {
            case Frame.HEADERS -> readHeaders(segment, from, to);
            case Frame.CONTINUATION -> readContinuation(segment, from, to);
            case Frame.SETTINGS -> readSettings(segment, from, to);
            case Frame.PING -> readPing(segment, from, to);
            case Frame.GOAWAY -> {
                if (to - from < 2 * INTEGER) {
                    fail(ErrorCode.FRAME_SIZE_ERROR, "a GOAWAY that is too short");
                } else {
                    handler.goAway();
                }
            }
            case Frame.WINDOW_UPDATE -> {
                if (to - from != INTEGER) {
                    fail(ErrorCode.FRAME_SIZE_ERROR, "a WINDOW_UPDATE of another size");
                } else {
                    handler.windowUpdate(frame.stream, Frame.number(segment, from));
                }
            }
            case Frame.RST_STREAM -> {
                if (to - from != INTEGER) {
                    fail(ErrorCode.FRAME_SIZE_ERROR, "a RST_STREAM of another size");
                } else {
                    handler.reset(frame.stream);
                }
            }
            case Frame.PRIORITY -> {
                if (!handler.charge()) {
                    return;
                }
                if (to - from != PRIORITY) {
                    handler.streamError(frame.stream, ErrorCode.FRAME_SIZE_ERROR);
                } else {
                    handler.priority(frame.stream, Frame.number(segment, from));
                }
            }
            default -> {
                if (to - from < INTEGER) {
                    fail(ErrorCode.FRAME_SIZE_ERROR, "a PRIORITY_UPDATE that is too short");
                } else if (handler.charge()) {
                    int stream = Frame.number(segment, from);
                    handler.priorityUpdate(stream, segment, from + INTEGER, to);
                }
            }
        }
    }

    private void readSettings(MemorySegment segment, int from, int to) {
        boolean ack = frame.has(Frame.ACK);
        if (ack ? to > from : (to - from) % SETTING != 0) {
            fail(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS of another size");
        } else if (ack) {
            handler.settingsAcknowledged();
        } else if (!settingsCame || handler.charge()) {
            settingsCame = true;
            handler.settings(segment, from, to);
        }
    }

    private void readPing(MemorySegment segment, int from, int to) {
        if (to - from != PING) {
            fail(ErrorCode.FRAME_SIZE_ERROR, "a PING of another size");
        } else if (frame.has(Frame.ACK)) {
            handler.pingAnswered();
        } else if (handler.charge()) {
            handler.ping(segment, from);
        }
    }

    private void readHeaders(MemorySegment segment, int from, int to) {
        int at = from;
        int end = to;
        if (frame.has(Frame.PADDED)) {
            int pad = at < to ? segment.get(JAVA_BYTE, at) & 0xFF : 0;
            at++;
            end -= pad;
        }
        dependsOn = 0;
        if (frame.has(Frame.WITH_PRIORITY)) {
            if (end - at < PRIORITY) {
                fail(ErrorCode.FRAME_SIZE_ERROR, "HEADERS that are too short");
                return;
            }
            dependsOn = Frame.number(segment, at);
            at += PRIORITY;
        }
        if (end < at) {
            fail(ErrorCode.PROTOCOL_ERROR, "more padding than payload");
            return;
        }
        blockLength = 0;
        continuations = 0;
        blockStream = frame.stream;
        blockIsLast = frame.has(Frame.END_STREAM);
        append(segment, at, end);
    }

    private void readContinuation(MemorySegment segment, int from, int to) {
        if (++continuations > CONTINUATIONS_MAX) {
            fail(ErrorCode.ENHANCE_YOUR_CALM, "a header block of too many frames");
            return;
        }
        append(segment, from, to);
    }

    private void append(MemorySegment segment, int from, int to) {
        int length = to - from;
        if (length > BLOCK_MAX - blockLength) {
            fail(ErrorCode.ENHANCE_YOUR_CALM, "a header block above 16 KiB");
            return;
        }
        if (block.length < blockLength + length) {
            int twice = Math.max(512, 2 * block.length);
            block = Arrays.copyOf(
                    block, Math.min(BLOCK_MAX, Math.max(twice, blockLength + length)));
        }
        MemorySegment.copy(segment, JAVA_BYTE, from, block, blockLength, length);
        blockLength += length;
        if (frame.has(Frame.END_HEADERS)) {
            int stream = blockStream;
            blockStream = 0;
            handler.headers(stream, block, 0, blockLength, blockIsLast, dependsOn);
        }
    }
}
