package sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;

import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestParser;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.RequestValidateHost;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Four parsers for one question. The last three are other people's. */
final class Oracles {
    private Oracles() {}

    static Verdict sluice(byte[] octets) {
        RequestHead head = new RequestHead();
        String text = new String(octets, ISO_8859_1);
        int result = head.parse(Heads.segment(text), 0, octets.length);
        if (result <= 0) {
            return Verdict.refused(result == 0 ? "more" : Integer.toString(-result));
        }
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < head.fields().count(); i++) {
            fields.add(field(head.fields().name(i), head.value(i)));
        }
        return new Verdict(
                "ok",
                Octets.string(head.bytes(), head.methodFrom(), head.methodTo()),
                Octets.string(head.bytes(), head.targetFrom(), head.targetTo()),
                "HTTP/1." + head.minorVersion(),
                fields);
    }

    private static String field(String name, String value) {
        // Some have values of their own for well-known fields, in their own case.
        return (name + ": " + value).toLowerCase(Locale.ROOT);
    }

    /** They tell what was sent, we what it is processed as. */
    private static String version(String sent) {
        return sent.matches("HTTP/1\\.[2-9]") ? "HTTP/1.1" : sent;
    }

    static Verdict jetty(byte[] octets) {
        JettyHandler handler = new JettyHandler();
        HttpParser parser = new HttpParser(handler, RequestHead.MAX_HEAD, HttpCompliance.RFC9110);
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        while (buffer.hasRemaining() && !handler.complete && !handler.bad) {
            parser.parseNext(buffer);
        }
        return handler.verdict();
    }

    private static final class JettyHandler implements HttpParser.RequestHandler {
        private final List<String> fields = new ArrayList<>();
        private String method = "";
        private String target = "";
        private String version = "";
        private boolean complete;
        private boolean bad;

        Verdict verdict() {
            if (bad) {
                return Verdict.refused("bad");
            }
            return complete
                    ? new Verdict("ok", method, target, version, fields)
                    : Verdict.refused("more");
        }

        @Override
        public void startRequest(String method, String uri, HttpVersion version) {
            this.method = method;
            this.target = uri;
            this.version = version.asString();
        }

        @Override
        public void parsedHeader(HttpField field) {
            String value = field.getValue();
            fields.add(field(field.getName(), value == null ? "" : value));
        }

        @Override
        public boolean headerComplete() {
            complete = true;
            return true;
        }

        @Override
        public boolean content(ByteBuffer item) {
            return true;
        }

        @Override
        public boolean contentComplete() {
            return true;
        }

        @Override
        public boolean messageComplete() {
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

    static Verdict netty(byte[] octets) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(octets));
            Object first = channel.readInbound();
            if (!(first instanceof HttpRequest request)) {
                return Verdict.refused("more");
            }
            if (request.decoderResult().isFailure()) {
                return Verdict.refused("bad");
            }
            List<String> fields = new ArrayList<>();
            request.headers()
                    .forEach(header -> fields.add(field(header.getKey(), header.getValue())));
            return new Verdict(
                    "ok",
                    request.method().name(),
                    request.uri(),
                    version(request.protocolVersion().text()),
                    fields);
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    /** Its parser leaves Host and framing to interceptors, which are asked too. */
    static Verdict httpcore(byte[] octets) {
        Http1Config config = Http1Config.custom()
                .setMaxLineLength(RequestHead.MAX_REQUEST_LINE)
                .setMaxEmptyLineCount(RequestHead.MAX_LEADING_EMPTY_LINES)
                .build();
        SessionInputBufferImpl buffer = new SessionInputBufferImpl(RequestHead.MAX_HEAD);
        try {
            ClassicHttpRequest request =
                    new DefaultHttpRequestParser(config).parse(buffer, new Open(octets));
            if (request == null) {
                return Verdict.refused("more");
            }
            RequestValidateHost.INSTANCE.process(request, null, HttpCoreContext.create());
            DefaultContentLengthStrategy.INSTANCE.determineLength(request);
            List<String> fields = new ArrayList<>();
            for (Header header : request.getHeaders()) {
                fields.add(field(header.getName(), header.getValue()));
            }
            return new Verdict(
                    "ok",
                    request.getMethod(),
                    target(request),
                    version(String.valueOf(request.getVersion())),
                    fields);
        } catch (UncheckedIOException e) {
            return Verdict.refused("more");
        } catch (HttpException | IOException | IllegalArgumentException e) {
            return Verdict.refused("bad");
        }
    }

    /** It takes targets apart. */
    private static String target(ClassicHttpRequest request) {
        if (request.getScheme() != null) {
            return request.getScheme() + "://" + request.getAuthority() + request.getPath();
        }
        boolean authority = request.getMethod().equals("CONNECT");
        return authority ? request.getAuthority().toString() : request.getRequestUri();
    }

    /** A stream of which more may come, instead of one that has ended. */
    static final class Open extends ByteArrayInputStream {
        Open(byte[] octets) {
            super(octets);
        }

        @Override
        public int read(byte[] into, int from, int length) {
            int count = super.read(into, from, length);
            if (count < 0) {
                throw new UncheckedIOException(new EOFException());
            }
            return count;
        }
    }
}
