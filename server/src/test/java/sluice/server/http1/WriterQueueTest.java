package sluice.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.RequestHead;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.OpenFile;
import sluice.io.SendQueue;
import sluice.server.ResponseRecord;
import sluice.server.Sluice;
import sluice.server.response.Body;
import sluice.server.response.Content;
import sluice.server.response.HttpClock;
import sluice.server.response.InformationalResponse;
import sluice.server.response.PathLine;
import sluice.server.response.Response;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What of a response goes into a queue at once, and what waits until that has been sent. */
final class WriterQueueTest {
    private static final PathLine PATH =
            new PathLine(new Cell(Model.ASYNC_CHANNEL, CopyMode.HEAP), false, "");

    private final SendQueue queue = new SendQueue(new Block(Arena.ofAuto()));
    private final Http1Writer writer = new Http1Writer(new HttpClock(() -> 0), PATH, "");

    /** A file's octets, in memory or as if in a file that nobody reads. */
    private record Octets(byte[] octets, boolean inMemory) implements Content {
        @Override
        public boolean refuses(CopyMode path) {
            return false;
        }

        @Override
        public void addTo(SendQueue queue, long start, long length) {
            if (!inMemory) {
                queue.add(this, start, length);
                return;
            }
            MemorySegment memory = queue.block().segment();
            MemorySegment.copy(
                    octets, (int) start, memory, ValueLayout.JAVA_BYTE, queue.position(), (int)
                            length);
            queue.wrote((int) length);
        }

        @Override
        public OpenFile file() {
            throw new IllegalStateException("not read here");
        }

        @Override
        public boolean unchanged() {
            return true;
        }

        @Override
        public boolean retain() {
            return true;
        }

        @Override
        public void release() {}
    }

    private static Body region(int length, boolean inMemory) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) 'a');
        return new Body.Region(new Octets(octets, inMemory), 0, length);
    }

    private static Http1Exchange exchange(boolean explains) {
        RequestHead head = new RequestHead();
        byte[] octets = "GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(ISO_8859_1);
        assertThat(head.parse(MemorySegment.ofArray(octets), 0, octets.length)).isPositive();
        Http1Exchange exchange = new Http1Exchange();
        exchange.begin(head, explains);
        return exchange;
    }

    private static Http1Exchange answeredBy(Body body) {
        Http1Exchange exchange = exchange(false);
        exchange.respond(Response.of(Status.OK, Fields.NONE, body));
        return exchange;
    }

    /** What is in the block so far. */
    private String written() {
        byte[] octets = new byte[queue.position()];
        MemorySegment.copy(
                queue.block().segment(), ValueLayout.JAVA_BYTE, 0, octets, 0, octets.length);
        return new String(octets, ISO_8859_1);
    }

    private int lengthOfHead(Body body) {
        SendQueue other = new SendQueue(new Block(Arena.ofAuto()));
        writer.produce(answeredBy(body), other);
        return (int) (other.remaining() - body.length());
    }

    @Test
    void anExchangeIsNotOverBeforeItsFinalResponse() {
        Http1Exchange exchange = exchange(false);
        exchange.inform(List.of(new InformationalResponse(Status.CONTINUE, Fields.NONE)));
        assertThat(writer.produce(exchange, queue)).isFalse();
        assertThat(written()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        exchange.respond(Response.of(Status.NO_CONTENT, Fields.NONE));
        assertThat(writer.produce(exchange, queue)).isTrue();
        assertThat(written()).contains("HTTP/1.1 204 No Content\r\n");
    }

    @Test
    void informationalResponsesThatDoNotFitWaitAndTheFinalOneBehindThem() {
        Fields fields = Fields.of(Field.LOCATION, "/" + "a".repeat(20 << 10));
        InformationalResponse long104 = new InformationalResponse(104, fields);
        Http1Exchange exchange = exchange(false);
        exchange.inform(List.of(long104, long104));
        exchange.respond(Response.of(Status.NO_CONTENT, Fields.NONE));

        assertThat(writer.produce(exchange, queue)).isFalse();
        assertThat(written().split("HTTP/1.1 ", -1)).hasSize(2);
        queue.clear();
        assertThat(writer.produce(exchange, queue)).isTrue();
        assertThat(written())
                .startsWith("HTTP/1.1 104 Upload Resumption Supported\r\n")
                .contains("a\r\n\r\nHTTP/1.1 204 No Content\r\n");
    }

    /** So a small file takes one send. */
    @Test
    void aHeadWaitsForABlockThatHasRoomForItsBodyAsWell() {
        for (Body body : List.of(new Body.Memory(new byte[2_000]), region(2_000, true))) {
            queue.clear();
            queue.wrote(Block.SIZE - 1_000);
            Http1Exchange exchange = answeredBy(body);
            assertThat(writer.produce(exchange, queue)).isFalse();
            assertThat(queue.remaining()).isEqualTo(Block.SIZE - 1_000);
            queue.clear();
            assertThat(writer.produce(exchange, queue)).isTrue();
            assertThat(queue.remaining()).isGreaterThan(2_000);
        }
    }

    @Test
    void aBodyInMemoryThatFitsBehindItsHeadNeedsNothingToRememberItsRest() {
        int most = Block.SIZE - lengthOfHead(region(10_000, true));
        Http1Exchange whole = answeredBy(region(most, true));
        assertThat(writer.produce(whole, queue)).isTrue();
        assertThat(whole.rest()).isNull();
        assertThat(queue.room()).isZero();
        assertThat(written()).endsWith("\r\n\r\n" + "a".repeat(most));
    }

    @Test
    void aBodyInMemoryThatIsLongerThanABlockGoesOnWhenThatIsSent() {
        Http1Exchange exchange = answeredBy(region(Block.SIZE, true));
        assertThat(writer.produce(exchange, queue)).isFalse();
        int first = written().length() - written().indexOf("\r\n\r\n") - 4;
        assertThat(queue.room()).isZero();
        queue.clear();
        assertThat(writer.produce(exchange, queue)).isTrue();
        assertThat(written()).isEqualTo("a".repeat(Block.SIZE - first));
    }

    @Test
    void aFileIsARegionBehindItsHead() {
        Http1Exchange exchange = answeredBy(region(1_000_000, false));
        assertThat(writer.produce(exchange, queue)).isTrue();
        assertThat(exchange.rest()).isNull();
        assertThat(written()).endsWith("\r\nContent-Length: 1000000\r\n\r\n");
        assertThat(queue.remaining()).isEqualTo(written().length() + 1_000_000);
    }

    @Test
    void whoExplainsSaysHowTheBodyIsSentInTheLastLinesOfTheHead() {
        Http1Exchange exchange = exchange(true);
        exchange.respond(
                Response.of(Status.OK, Fields.NONE, new Body.Memory(new byte[] {'a', 'b'})));
        assertThat(writer.produce(exchange, queue)).isTrue();
        assertThat(written())
                .contains("\r\nContent-Length: 2\r\nSluice-Path: copy=memory, ")
                .contains("\r\nServer-Timing: ")
                .endsWith("\r\n\r\nab");
    }

    @Test
    void theCopyPathIsThatOfTheResponseIfThereIsOneFromAFile() {
        assertThat(writer.way(exchange(false))).isNull();
        assertThat(writer.way(answeredBy(region(1_000, true)))).isNull();
        assertThat(writer.way(answeredBy(region(1_000, false)))).isEqualTo(CopyMode.HEAP);
    }

    @Test
    void aListenerIsToldWhichOctetsWereTheHead(@TempDir Path root) throws IOException {
        Files.writeString(root.resolve("file"), "here");
        List<ResponseRecord> told = new ArrayList<>();
        try (Rehearsed site = Rehearsed.of(Sluice.builder().root(root).onResponse(told::add))) {
            site.get("/file");
        }
        ResponseRecord record = told.getFirst();
        assertThat(record.headBytes()).isGreaterThan(100);
        assertThat(record.bodyBytes()).isEqualTo("here".length());
    }
}
