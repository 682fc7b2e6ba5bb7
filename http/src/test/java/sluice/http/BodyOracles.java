package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;

import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpParser;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Four decoders of chunked bodies for one question. The last three are other people's. */
final class BodyOracles {
    private static final byte[] HEAD =
            Heads.octets("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");

    private BodyOracles() {}

    // Ours

    /** One answer of all ways in which the text can arrive: whole, by octets, cut anywhere. */
    static BodyVerdict sluice(String text) {
        int length = text.length();
        BodyVerdict whole = decode(text, length);
        for (int cut = 0; cut < length; cut++) {
            assertThat(decode(text, cut, length)).as("cut at %d", cut).isEqualTo(whole);
        }
        int[] everywhere = new int[length];
        for (int i = 0; i < length; i++) {
            everywhere[i] = i + 1;
        }
        assertThat(decode(text, everywhere)).as("by octets").isEqualTo(whole);
        BodyVerdict skipped = skip(text);
        assertThat(skipped.kind()).isEqualTo(whole.kind());
        assertThat(skipped.consumed()).isEqualTo(whole.consumed());
        int inOne = new ChunkedDecoder().skip(Heads.segment(text), 0, length);
        assertThat(Math.max(inOne, -1)).isEqualTo(whole.consumed());
        return whole;
    }

    /** In pieces that end at these places, taking data whenever it has come. */
    private static BodyVerdict decode(String text, int... ends) {
        ChunkedDecoder decoder = new ChunkedDecoder();
        MemorySegment bytes = Heads.segment(text);
        StringBuilder data = new StringBuilder();
        int at = 0;
        for (int to : ends) {
            while (at < to && !decoder.isDone()) {
                int framing = decoder.advance(bytes, at, to);
                if (framing < 0) {
                    return BodyVerdict.refused(Integer.toString(-framing));
                }
                at += framing;
                int here = (int) Math.min(decoder.dataRemaining(), to - at);
                data.append(text, at, at + here);
                decoder.took(here);
                at += here;
            }
        }
        return new BodyVerdict(decoder.isDone() ? "ok" : "more", data.toString(), at);
    }

    /** Octet by octet, without the data. */
    static BodyVerdict skip(String text) {
        ChunkedDecoder decoder = new ChunkedDecoder();
        MemorySegment bytes = Heads.segment(text);
        int at = 0;
        while (at < text.length() && !decoder.isDone()) {
            int skipped = decoder.skip(bytes, at, at + 1);
            if (skipped < 0) {
                return BodyVerdict.refused(Integer.toString(-skipped));
            }
            assertThat(skipped).isEqualTo(1);
            at++;
        }
        return new BodyVerdict(decoder.isDone() ? "ok" : "more", "", at);
    }

    // Theirs

    static BodyVerdict jetty(String text) {
        JettyHandler handler = new JettyHandler();
        HttpParser parser = new HttpParser(handler, RequestHead.MAX_HEAD, HttpCompliance.RFC9110);
        ByteBuffer head = ByteBuffer.wrap(HEAD);
        while (head.hasRemaining()) {
            parser.parseNext(head);
        }
        ByteBuffer body = ByteBuffer.wrap(Heads.octets(text));
        while (body.hasRemaining() && !handler.ended()) {
            parser.parseNext(body);
        }
        return handler.verdict(body.position());
    }

    private static final class JettyHandler implements HttpParser.RequestHandler {
        private final StringBuilder data = new StringBuilder();
        private boolean complete;
        private boolean bad;

        boolean ended() {
            return complete || bad;
        }

        BodyVerdict verdict(int consumed) {
            return bad
                    ? BodyVerdict.refused("bad")
                    : new BodyVerdict(complete ? "ok" : "more", data.toString(), consumed);
        }

        @Override
        public void startRequest(
                String method, String uri, org.eclipse.jetty.http.HttpVersion version) {}

        @Override
        public void parsedHeader(org.eclipse.jetty.http.HttpField field) {}

        @Override
        public boolean headerComplete() {
            return false;
        }

        @Override
        public boolean content(ByteBuffer item) {
            data.append(ISO_8859_1.decode(item));
            return false;
        }

        @Override
        public boolean contentComplete() {
            return false;
        }

        @Override
        public boolean messageComplete() {
            complete = true;
            return true;
        }

        @Override
        public void badMessage(org.eclipse.jetty.http.HttpException failure) {
            bad = true;
        }

        @Override
        public void earlyEOF() {
            bad = true;
        }
    }

    /** Octet by octet: it reads ahead and does not tell where the body ended. */
    static BodyVerdict netty(String text) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
        StringBuilder data = new StringBuilder();
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(HEAD));
            channel.readInbound();
            byte[] octets = Heads.octets(text);
            for (int at = 0; at < octets.length; at++) {
                channel.writeInbound(Unpooled.wrappedBuffer(octets, at, 1));
                HttpObject part = channel.readInbound();
                while (part != null) {
                    if (part.decoderResult().isFailure()) {
                        return BodyVerdict.refused("bad");
                    }
                    if (part instanceof HttpContent content) {
                        data.append(content.content().toString(ISO_8859_1));
                        content.release();
                    }
                    if (part instanceof LastHttpContent) {
                        return new BodyVerdict("ok", data.toString(), at + 1);
                    }
                    part = channel.readInbound();
                }
            }
            return new BodyVerdict("more", data.toString(), octets.length);
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    static BodyVerdict httpcore(String text) {
        Oracles.Open stream = new Oracles.Open(Heads.octets(text));
        SessionInputBufferImpl buffer = new SessionInputBufferImpl(RequestHead.MAX_HEAD);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try {
            new ChunkedInputStream(buffer, stream).transferTo(data);
            int consumed = text.length() - buffer.length() - stream.available();
            return new BodyVerdict("ok", data.toString(ISO_8859_1), consumed);
        } catch (UncheckedIOException e) {
            return new BodyVerdict("more", data.toString(ISO_8859_1), text.length());
        } catch (IOException | IllegalArgumentException e) {
            return BodyVerdict.refused("bad");
        }
    }
}
