package sluice.server.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.Field;
import sluice.http.Method;
import sluice.http.Request;
import sluice.server.testing.RawClient;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A request of {@link FrameProtocol}: names and values with their lengths before them, the method
 * and the target as if they were fields.
 */
final class FrameRequest implements Request {
    private record Line(String name, int from, int to) {}

    private final MemorySegment bytes;
    private final List<Line> lines = new ArrayList<>();
    private final Line method;
    private final Line target;
    private final int question;

    FrameRequest(byte[] octets) {
        bytes = MemorySegment.ofArray(octets);
        ByteBuffer in = ByteBuffer.wrap(octets);
        while (in.hasRemaining()) {
            String name = new String(octets, in.position() + 2, in.getShort(), ISO_8859_1);
            in.position(in.position() + name.length());
            int length = in.getShort();
            lines.add(new Line(name, in.position(), in.position() + length));
            in.position(in.position() + length);
        }
        method = lines.getFirst();
        target = lines.get(1);
        int at = text(target).indexOf('?');
        question = at < 0 ? -1 : target.from + at;
    }

    /** A request in frames; the lines are as in HTTP/1. */
    static byte[] encode(String method, String target, String... lines) {
        ByteBuffer out = ByteBuffer.allocate(64 << 10);
        put(out, ":method", method);
        put(out, ":target", target);
        for (String line : lines) {
            int colon = line.indexOf(": ");
            put(out, line.substring(0, colon), line.substring(colon + 2));
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void put(ByteBuffer out, String name, String value) {
        out.putShort((short) name.length()).put(name.getBytes(ISO_8859_1));
        out.putShort((short) value.length()).put(value.getBytes(ISO_8859_1));
    }

    private String text(Line line) {
        byte[] octets = new byte[line.to - line.from];
        MemorySegment.copy(bytes, line.from, MemorySegment.ofArray(octets), 0, octets.length);
        return new String(octets, ISO_8859_1);
    }

    /** The form in which uploads keep their requests: message/http. */
    byte[] message(int bodyLength) {
        String[] fields = new String[lines.size() - 1];
        for (int i = 2; i < lines.size(); i++) {
            fields[i - 2] = lines.get(i).name + ": " + text(lines.get(i));
        }
        fields[fields.length - 1] = "Content-Length: " + bodyLength;
        return RawClient.request(text(method), text(target), fields).getBytes(ISO_8859_1);
    }

    @Override
    public MemorySegment bytes() {
        return bytes;
    }

    @Override
    public Method method() {
        for (Method known : Method.values()) {
            if (known.name().equals(text(method))) {
                return known;
            }
        }
        return Method.OTHER;
    }

    @Override
    public int methodFrom() {
        return method.from;
    }

    @Override
    public int methodTo() {
        return method.to;
    }

    @Override
    public int targetFrom() {
        return target.from;
    }

    @Override
    public int targetTo() {
        return target.to;
    }

    @Override
    public int pathFrom() {
        return text(target).startsWith("/") ? target.from : -1;
    }

    @Override
    public int pathTo() {
        return question < 0 ? target.to : question;
    }

    @Override
    public int queryFrom() {
        return question < 0 ? -1 : question + 1;
    }

    @Override
    public int queryTo() {
        return target.to;
    }

    @Override
    public int hostFrom() {
        int line = find(Field.HOST);
        return line < 0 ? -1 : valueFrom(line);
    }

    @Override
    public int hostTo() {
        int line = find(Field.HOST);
        return line < 0 ? -1 : valueTo(line);
    }

    @Override
    public boolean unknownExpectation() {
        int line = find(Field.EXPECT);
        return line >= 0 && !text(lines.get(line)).equals("100-continue");
    }

    @Override
    public int find(Field field) {
        return find(field, 0);
    }

    @Override
    public int next(int line) {
        for (Field field : Field.values()) {
            if (field.toString().equalsIgnoreCase(lines.get(line).name)) {
                return find(field, line + 1);
            }
        }
        return -1;
    }

    private int find(Field field, int from) {
        for (int i = from; i < lines.size(); i++) {
            if (field.toString().equalsIgnoreCase(lines.get(i).name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int valueFrom(int line) {
        return lines.get(line).from;
    }

    @Override
    public int valueTo(int line) {
        return lines.get(line).to;
    }
}
