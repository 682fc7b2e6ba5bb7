package sluice.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.BodyLength;
import sluice.http.Method;
import sluice.http.RequestHead;
import sluice.http.ResponseHeadParser;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.util.Arrays;

/** Reads responses as strictly as RFC 9112 is written; whatever is left in doubt is an error. */
public final class ResponseReader {
    private final InputStream in;
    private byte[] buffer = new byte[RequestHead.MAX_HEAD];
    private int from;
    private int to;

    public ResponseReader(InputStream in) {
        this.in = in;
    }

    /** The next response. Its body must end by its framing, not by the end of the connection. */
    public ReceivedResponse read(Method method) throws IOException {
        ResponseHeadParser head = readHead();
        return ReceivedResponse.of(head, readBody((int) promised(head, method)));
    }

    /** Whether anything comes before the end of the connection. */
    public boolean hasMore() throws IOException {
        return from < to || fill();
    }

    /** The next head alone; the body is still to be read. */
    public ResponseHeadParser readHead() throws IOException {
        ResponseHeadParser head = new ResponseHeadParser();
        while (true) {
            // A copy of its own: the head's accessors read it later.
            byte[] bytes = Arrays.copyOfRange(buffer, from, to);
            int length = head.parse(MemorySegment.ofArray(bytes), 0, bytes.length);
            if (length > 0) {
                from += length;
                checkHead(head, new String(bytes, 0, length, ISO_8859_1));
                return head;
            }
            if (length < 0) {
                throw new AssertionError("no response: " + new String(bytes, ISO_8859_1));
            }
            if (!fill()) {
                throw new EOFException("ended after " + bytes.length + " bytes of a head");
            }
        }
    }

    private static void checkHead(ResponseHeadParser head, String text) {
        boolean once = text.split("\r\n(?i)content-length:").length <= 2;
        boolean dated = head.status() < 200 || text.contains("\r\nDate: ");
        if (head.minorVersion() != 1 || !dated || !once) {
            throw new AssertionError("a head that no server should send: " + text);
        }
    }

    public static long promised(ResponseHeadParser head, Method method) {
        BodyLength length = head.bodyLength(method);
        return switch (length) {
            case NONE -> 0;
            case FIXED -> head.contentLength();
            default -> throw new AssertionError("a body of unknown length: " + length);
        };
    }

    public byte[] readBody(int length) throws IOException {
        byte[] body = new byte[length];
        int done = readSome(body);
        if (done < length) {
            throw new EOFException("ended after " + done + " bytes of " + length);
        }
        return body;
    }

    /** Fills the array, or less at the end of the connection. Returns how many bytes came. */
    private int readSome(byte[] into) throws IOException {
        int done = Math.min(into.length, to - from);
        System.arraycopy(buffer, from, into, 0, done);
        from += done;
        return done + in.readNBytes(into, done, into.length - done);
    }

    /** Everything up to the end of the connection. */
    public byte[] readRest() throws IOException {
        byte[] kept = Arrays.copyOfRange(buffer, from, to);
        from = to;
        byte[] rest = in.readAllBytes();
        byte[] all = Arrays.copyOf(kept, kept.length + rest.length);
        System.arraycopy(rest, 0, all, kept.length, rest.length);
        return all;
    }

    /** All that comes until the connection ends, by FIN or by RST. */
    public byte[] readRestOrReset() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(buffer, from, to - from);
        from = to;
        try {
            in.transferTo(all);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return all.toByteArray();
    }

    /** The whole body of one response, or null if the connection ended before. */
    public byte @Nullable [] readBodyOrTorn(int length) {
        try {
            return readBody(length);
        } catch (IOException e) {
            return null;
        }
    }

    private boolean fill() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = in.read(buffer, to, buffer.length - to);
        to += Math.max(0, read);
        return read > 0;
    }
}
