package sluice.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.HpackDecoder;
import sluice.io.testing.Rehearsal;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A client of HTTP/2 that does what a test wants, right or wrong, without a socket. */
final class Http2Peer implements AutoCloseable {
    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /** A frame of the server. */
    record Received(int type, int flags, int stream, byte[] payload) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        /** The number at the start of the payload, or behind others. */
        int number(int at) {
            return ByteBuffer.wrap(payload).getInt(at);
        }
    }

    final Rehearsal connection;
    private final HpackDecoder decoder =
            new HpackDecoder(HpackDecoder.TABLE_SIZE, Integer.MAX_VALUE);
    private final Map<Integer, ReceivedResponse> heads = new TreeMap<>();
    private final List<Received> frames = new ArrayList<>();
    private int read;

    private Http2Peer(Rehearsal connection) {
        this.connection = connection;
    }

    /** A client that has said nothing yet. */
    static Http2Peer silent(Rehearsed site) {
        return new Http2Peer(site.connectHttp2());
    }

    /** A client that has begun in order. */
    static Http2Peer of(Rehearsed site) {
        Http2Peer peer = silent(site);
        peer.send(PREFACE.getBytes(ISO_8859_1));
        peer.frame(Frame.SETTINGS, 0, 0);
        return peer;
    }

    // What it sends

    Http2Peer send(byte[] octets) {
        connection.receive(octets);
        return this;
    }

    static byte[] octetsOf(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(Frame.HEAD + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    Http2Peer frame(int type, int flags, int stream, byte... payload) {
        return send(octetsOf(type, flags, stream, payload));
    }

    static byte[] numbers(int... numbers) {
        ByteBuffer octets = ByteBuffer.allocate(Integer.BYTES * numbers.length);
        for (int number : numbers) {
            octets.putInt(number);
        }
        return octets.array();
    }

    Http2Peer setting(int identifier, int value) {
        byte[] payload = ByteBuffer.allocate(6)
                .putShort((short) identifier)
                .putInt(value)
                .array();
        return frame(Frame.SETTINGS, 0, 0, payload);
    }

    Http2Peer widen(int stream, int increment) {
        return frame(Frame.WINDOW_UPDATE, 0, stream, numbers(increment));
    }

    Http2Peer reset(int stream) {
        return frame(Frame.RST_STREAM, 0, stream, numbers(ErrorCode.CANCEL.ordinal()));
    }

    /** A request without a body; lines are as in HTTP/1. */
    Http2Peer get(int stream, String target, String... lines) {
        return request(stream, true, "GET", target, lines);
    }

    Http2Peer request(int stream, boolean last, String method, String target, String... lines) {
        return headers(stream, last, block(method, target, lines));
    }

    Http2Peer headers(int stream, boolean last, byte[] block) {
        int flags = Frame.END_HEADERS | (last ? Frame.END_STREAM : 0);
        return frame(Frame.HEADERS, flags, stream, block);
    }

    Http2Peer data(int stream, boolean last, byte[] octets) {
        return frame(Frame.DATA, last ? Frame.END_STREAM : 0, stream, octets);
    }

    static byte[] block(String method, String target, String... lines) {
        String[] all = new String[lines.length + 4];
        all[0] = ":method: " + method;
        all[1] = ":scheme: http";
        all[2] = ":path: " + target;
        all[3] = ":authority: " + RawClient.HOST;
        System.arraycopy(lines, 0, all, 4, lines.length);
        return fields(all);
    }

    /** Fields as they are: literals without indexing. */
    static byte[] fields(String... lines) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String line : lines) {
            int colon = line.indexOf(": ", 1);
            block.write(0);
            string(block, line.substring(0, colon).toLowerCase(Locale.ROOT));
            string(block, line.substring(colon + 2));
        }
        return block.toByteArray();
    }

    static void string(ByteArrayOutputStream block, String text) {
        int length = text.length();
        if (length < 0x7F) {
            block.write(length);
        } else {
            block.write(0x7F);
            int rest = length - 0x7F;
            for (; rest >= 0x80; rest >>= 7) {
                block.write(rest & 0x7F | 0x80);
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(ISO_8859_1));
    }

    // What it gets

    /** All frames so far. */
    List<Received> frames() {
        byte[] output = connection.output();
        ByteBuffer in = ByteBuffer.wrap(output, read, output.length - read);
        while (in.remaining() >= Frame.HEAD) {
            int lengthAndType = in.getInt(in.position());
            int length = lengthAndType >>> 8;
            if (in.remaining() < Frame.HEAD + length) {
                break;
            }
            in.position(in.position() + Integer.BYTES);
            int flags = in.get() & 0xFF;
            int stream = in.getInt();
            byte[] payload = new byte[length];
            in.get(payload);
            Received frame = new Received(lengthAndType & 0xFF, flags, stream, payload);
            frames.add(frame);
            if (frame.type() == Frame.HEADERS) {
                decode(frame);
            }
        }
        read = in.position();
        return frames;
    }

    private void decode(Received frame) {
        Map<String, List<String>> fields = new TreeMap<>();
        byte[] block = frame.payload();
        HpackDecoder.Outcome outcome = decoder.decode(
                block,
                0,
                block.length,
                (_, name, nameFrom, nameTo, value, from, to) -> fields.computeIfAbsent(
                                new String(name, nameFrom, nameTo - nameFrom, ISO_8859_1),
                                _ -> new ArrayList<>())
                        .add(new String(value, from, to - from, ISO_8859_1)));
        if (outcome != HpackDecoder.Outcome.OK) {
            throw new AssertionError("a head that cannot be decoded: " + outcome);
        }
        List<String> status = Objects.requireNonNull(fields.remove(":status"), "a status");
        heads.put(
                frame.stream(),
                new ReceivedResponse(
                        Integer.parseInt(status.getFirst()), fields, new byte[0], true));
    }

    List<Received> frames(int type) {
        return frames().stream().filter(frame -> frame.type() == type).toList();
    }

    List<Received> frames(int type, int stream) {
        return frames(type).stream().filter(frame -> frame.stream() == stream).toList();
    }

    /** Octets of the body so far. */
    byte[] body(int stream) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        frames(Frame.DATA, stream).forEach(frame -> body.writeBytes(frame.payload()));
        return body.toByteArray();
    }

    /** Whether the server has sent the last octet of a stream. */
    boolean hasEnded(int stream) {
        return frames().stream()
                .anyMatch(frame -> frame.stream() == stream
                        && (frame.type() == Frame.DATA || frame.type() == Frame.HEADERS)
                        && frame.has(Frame.END_STREAM));
    }

    /** The whole response. */
    ReceivedResponse response(int stream) {
        if (!hasEnded(stream)) {
            throw new AssertionError("stream " + stream + " has not ended: " + told());
        }
        ReceivedResponse head = Objects.requireNonNull(heads.get(stream), "a head");
        return new ReceivedResponse(head.status(), head.fields(), body(stream), true);
    }

    /** The status of the response so far. */
    int status(int stream) {
        frames();
        return Objects.requireNonNull(heads.get(stream), "a head").status();
    }

    /** Why a stream was reset; null if it was not. */
    @Nullable
    ErrorCode resetOf(int stream) {
        List<Received> resets = frames(Frame.RST_STREAM, stream);
        return resets.isEmpty() ? null : ErrorCode.values()[resets.getFirst().number(0)];
    }

    /** Why the connection ended; null if it did not. */
    @Nullable
    ErrorCode goneFor() {
        List<Received> farewells = frames(Frame.GOAWAY);
        return farewells.isEmpty()
                ? null
                : ErrorCode.values()[farewells.getLast().number(4)];
    }

    /** What the server says of the end. */
    String told() {
        List<Received> farewells = frames(Frame.GOAWAY);
        if (farewells.isEmpty()) {
            return "";
        }
        byte[] payload = farewells.getLast().payload();
        return new String(Arrays.copyOfRange(payload, 8, payload.length), ISO_8859_1);
    }

    @Override
    public void close() {
        connection.close();
    }
}
