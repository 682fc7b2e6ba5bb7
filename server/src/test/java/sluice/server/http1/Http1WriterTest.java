package sluice.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.RequestHead;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.Connection;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.testing.Rehearsal;
import sluice.server.PeerLimits;
import sluice.server.TrustedProxies;
import sluice.server.limits.Clients;
import sluice.server.response.Body;
import sluice.server.response.HttpClock;
import sluice.server.response.InformationalResponse;
import sluice.server.response.PathLine;
import sluice.server.response.Pieces;
import sluice.server.response.Response;

import java.lang.foreign.MemorySegment;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What HTTP/1 makes of responses, whoever made them. */
final class Http1WriterTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Fields NONE = Fields.NONE;
    private static final Clients CLIENTS = new Clients(PeerLimits.NONE, TrustedProxies.NONE);

    /** Answers each octet that comes with the next of some responses. */
    private static final class Answering implements Protocol {
        private final Http1Writer writer;
        private final boolean explains;
        private final Http1Exchange exchange = new Http1Exchange();
        private final RequestHead head;
        private final List<InformationalResponse> before;
        private final List<Response> responses;

        Answering(
                String request,
                @Nullable PathLine path,
                List<InformationalResponse> before,
                List<Response> responses) {
            explains = path != null;
            PathLine line = path == null ? PathLine.of(Machinery.defaults(), "") : path;
            writer = writer(line);
            head = parsed(request);
            this.before = before;
            this.responses = new ArrayList<>(responses);
        }

        @Override
        public void opened(Connection connection) {
            exchange.opened(connection, CLIENTS);
        }

        @Override
        public int received(Block bytes, int from, int to) {
            exchange.begin(head, explains);
            exchange.inform(before);
            exchange.respond(responses.removeFirst());
            return 1;
        }

        @Override
        public void produce(SendQueue queue) {
            if (writer.produce(exchange, queue)) {
                exchange.release();
            }
        }

        @Override
        public boolean hasOutput() {
            return exchange.hasOutput();
        }

        @Override
        public boolean wantsInput() {
            return !exchange.hasOutput();
        }

        @Override
        public boolean isIdle() {
            return !exchange.hasOutput();
        }

        @Override
        public long inputDeadline() {
            return Long.MAX_VALUE;
        }

        @Override
        public void expired() {}

        @Override
        public void drain() {}

        @Override
        public void closed() {
            exchange.release();
        }
    }

    /** The octets of all responses, each to a request of its own, which came together. */
    private static byte[] written(
            String request,
            @Nullable PathLine path,
            List<InformationalResponse> before,
            Response... responses) {
        List<Response> all = List.of(responses);
        try (Rehearsal connection =
                new Rehearsal(_ -> () -> new Answering(request, path, before, all))) {
            connection.receive(new byte[responses.length]);
            assertThat(connection.count(Counter.FAILED)).isZero();
            assertThat(connection.buffersInUse()).isZero();
            return connection.output();
        }
    }

    private static RequestHead parsed(String request) {
        RequestHead head = new RequestHead();
        byte[] octets = request.getBytes(ISO_8859_1);
        assertThat(head.parse(MemorySegment.ofArray(octets), 0, octets.length)).isPositive();
        return head;
    }

    private static Http1Writer writer(PathLine path) {
        return new Http1Writer(new HttpClock(() -> 0), path, "");
    }

    private static String text(String request, Response response) {
        return dateless(written(request, null, List.of(), response));
    }

    private static String dateless(byte[] octets) {
        return new String(octets, ISO_8859_1).replaceAll("Date: [^\r]+", "Date: now");
    }

    private static Body memory(String text) {
        return new Body.Memory(text.getBytes(ISO_8859_1));
    }

    @Test
    void addsTheStatusLineAndTheDateToTheFields() {
        Fields fields = Fields.of(Field.CONTENT_TYPE, "text/plain");

        assertThat(text(GET, Response.of(Status.OK, fields, memory("abc"))))
                .isEqualTo("HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 3\r\n\r\nabc");
        assertThat(text(GET, Response.of(Status.CREATED, NONE)))
                .isEqualTo("HTTP/1.1 201 Created\r\nDate: now\r\nContent-Length: 0\r\n\r\n");
    }

    /** RFC 9110 section 6.6.1: when the message was made. */
    @Test
    void theDateIsThatOfNow() {
        long before = System.currentTimeMillis() / 1_000;
        byte[] all =
                written(GET, null, List.of(), Response.of(Status.OK, NONE), Response.error(404));
        long after = System.currentTimeMillis() / 1_000;
        Matcher dates = Pattern.compile("Date: ([^\r]+)").matcher(new String(all, ISO_8859_1));
        assertThat(dates.results().map(date -> date.group(1)))
                .hasSize(2)
                .allSatisfy(date -> assertThat(
                                ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                                        .toEpochSecond())
                        .isBetween(before, after));
    }

    @Test
    void aHeadIsAnsweredWithoutTheBody() {
        assertThat(text("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", Response.error(404)))
                .endsWith("Content-Length: 14\r\n\r\n");
    }

    @Test
    void whatHasNoContentHasNoLengthEither() {
        Fields tag = Fields.of(Field.ETAG, "\"x\"");
        assertThat(text(GET, Response.of(Status.NO_CONTENT, NONE)))
                .isEqualTo("HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
        assertThat(text(GET, Response.of(Status.NOT_MODIFIED, tag)))
                .isEqualTo("HTTP/1.1 304 Not Modified\r\nDate: now\r\nETag: \"x\"\r\n\r\n");
    }

    /** RFC 9112 section 9.3: nothing need be said where both sides believe the same. */
    @Test
    void tellsWhatBecomesOfTheConnectionOnlyWhereThatIsNotClear() {
        Response response = Response.of(Status.OK, NONE);
        assertThat(text(GET, response)).doesNotContain("Connection");
        assertThat(text("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", response))
                .endsWith("\r\nConnection: close\r\n\r\n");
        assertThat(text("GET / HTTP/1.0\r\n\r\n", response))
                .endsWith("\r\nConnection: close\r\n\r\n");
        assertThat(text("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", response))
                .endsWith("\r\nConnection: keep-alive\r\n\r\n");
    }

    @Test
    void informationalResponsesComeBeforeAndHaveNoDate() {
        List<InformationalResponse> before = List.of(
                new InformationalResponse(104, Fields.of(Field.LOCATION, "/a")),
                new InformationalResponse(Status.CONTINUE, NONE));
        byte[] all = written(GET, null, before, Response.of(Status.CREATED, NONE));

        assertThat(new String(all, ISO_8859_1))
                .startsWith("HTTP/1.1 104 Upload Resumption Supported\r\nLocation: /a\r\n\r\n"
                        + "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nDate: ");
    }

    @Test
    void aRedirectToALongPlaceWithManyLongFieldsArrivesWhole() {
        Fields fields = Fields.of(Field.LOCATION, "/" + "a".repeat(8 << 10));
        for (int i = 0; i < 10; i++) {
            fields = fields.with("X-Custom-" + i, ("" + i).repeat(1 << 10));
        }
        Response redirect = Response.of(Status.MOVED_PERMANENTLY, fields);
        byte[] lines = new byte[redirect.fields().length()];
        redirect.fields().copyTo(MemorySegment.ofArray(lines), 0);
        String one = "HTTP/1.1 301 Moved Permanently\r\nDate: now\r\n"
                + new String(lines, ISO_8859_1) + "\r\n";

        assertThat(lines.length).isGreaterThan(18 << 10);
        assertThat(text(GET, redirect)).isEqualTo(one);
        Response other = Response.error(404);
        assertThat(dateless(written(GET, null, List.of(), redirect, other, redirect)))
                .isEqualTo(one + text(GET, other) + one);
    }

    /** Nothing that can be made cannot be written. */
    @Test
    void theLongestHeadThereCanBeFitsInABlockWithAllThatIsAdded() {
        PathLine path = new PathLine(new Cell(Model.ASYNC_CHANNEL, CopyMode.HEAP), true, "");
        int rest = Fields.LENGTH_MAX - "X: \r\nContent-Length: 100000\r\n".length();
        byte[] octets = new byte[100_000];
        Arrays.fill(octets, (byte) 'a');
        String value = "b".repeat(rest);
        Response response = Response.of(
                Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
                NONE.with("X", value),
                new Body.Memory(octets));
        byte[] all = written("GET / HTTP/1.0\r\n\r\n", path, List.of(), response);

        assertThat(response.fields().length()).isEqualTo(Fields.LENGTH_MAX);
        assertThat(all.length - octets.length).isLessThan(Http1Writer.HEAD_MAX);
        assertThat(Http1Writer.HEAD_MAX).isLessThanOrEqualTo(Block.SIZE);
        assertThat(dateless(all))
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\nDate: now\r\nX: ")
                .contains("\r\nX: " + value + "\r\nContent-Length: 100000\r\nSluice-Path: ")
                .endsWith("\r\nConnection: close\r\n\r\n" + "a".repeat(octets.length));
    }

    /** Pieces of which the first comes late. */
    private static final class Late implements Body.Pieced, Pieces {
        private boolean there;
        private @Nullable Runnable ready;

        @Override
        public long length() {
            return 3;
        }

        @Override
        public Pieces pieces() {
            return this;
        }

        @Override
        public @Nullable Body next() {
            return there ? memory("abc") : null;
        }

        @Override
        public @Nullable Counter await(Runnable when) {
            ready = when;
            return null;
        }

        @Override
        public void close() {}
    }

    @Test
    void aBodyWhoseNextPieceIsNotThereGoesOnWhenItIs() {
        Late late = new Late();
        List<Response> responses = List.of(Response.of(Status.OK, NONE, late));
        try (Rehearsal connection =
                new Rehearsal(_ -> () -> new Answering(GET, null, List.of(), responses))) {
            connection.receive(new byte[1]);
            assertThat(dateless(connection.output())).endsWith("Content-Length: 3\r\n\r\n");
            late.there = true;
            Objects.requireNonNull(late.ready, "awaited").run();
            connection.wakeWorkers();
            assertThat(dateless(connection.output())).endsWith("\r\n\r\nabc");
        }
    }

    @Test
    void aBodyThatIsShorterThanItPromisedTearsTheConnection() {
        Body.Generated broken = new Body.Generated() {
            @Override
            public long length() {
                return 10;
            }

            @Override
            public int write(MemorySegment target, long at, int room) {
                return 0;
            }
        };
        List<Response> responses = List.of(Response.of(Status.OK, NONE, broken));
        try (Rehearsal connection =
                new Rehearsal(_ -> () -> new Answering(GET, null, List.of(), responses))) {
            connection.receive(new byte[1]);
            assertThat(connection.isTorn()).isTrue();
        }
    }
}
