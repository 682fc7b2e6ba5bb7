package sluice.server.http1;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Method;
import sluice.http.Request;
import sluice.http.RequestHead;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Service;
import sluice.io.Standing;
import sluice.server.response.Body;
import sluice.server.response.BodyCursor;
import sluice.server.response.Response;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers requests with what a function makes, one on each connection. For pages that are asked for
 * once a second, not for files.
 *
 * @param pages called on the loop; its responses are in memory
 */
public record PageService(Function<Request, Response> pages) implements Service {
    /** The time for a head, as of files. */
    private static final Duration HEAD_TIME = Duration.ofSeconds(30);

    private static final Fields LAST = Fields.of(Field.CONNECTION, "close");
    private static final byte[] END = {'\r', '\n'};
    private static final long MILLIS = 1_000;

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        RequestHead head = new RequestHead();
        return () -> new Page(loop, head);
    }

    /** The head of a response that is the last one of its connection. */
    static byte[] lastHead(Response response) {
        Fields fields = response.fields()
                .and(LAST)
                .withDate(Field.DATE, System.currentTimeMillis() / MILLIS);
        String line = new String(Status.line(response.status()), US_ASCII);
        byte[] head = new byte[line.length() + fields.length() + END.length];
        MemorySegment memory = MemorySegment.ofArray(head);
        MemorySegment.copy(line.getBytes(US_ASCII), 0, memory, JAVA_BYTE, 0, line.length());
        fields.copyTo(memory, line.length());
        MemorySegment.copy(END, 0, memory, JAVA_BYTE, head.length - END.length, END.length);
        return head;
    }

    private final class Page implements Protocol {
        private final RequestHead head;
        private final long deadline;
        private @Nullable Connection connection;
        /** The head of the response, and its body; null before and after. */
        private @Nullable BodyCursor first;

        private @Nullable BodyCursor rest;
        private boolean over;

        Page(EventLoop loop, RequestHead head) {
            this.head = head;
            deadline = loop.now() + HEAD_TIME.toNanos();
        }

        @Override
        public void opened(Connection opened) {
            connection = opened;
        }

        @Override
        public int received(Block bytes, int from, int to) {
            int length = head.parse(bytes.segment(), from, to);
            if (length != RequestHead.INCOMPLETE) {
                over = true;
                Response response = length < 0 ? Response.error(-length) : pages.apply(head);
                boolean bare = length > 0 && head.method() == Method.HEAD;
                first = new BodyCursor(new Body.Memory(lastHead(response)));
                rest = new BodyCursor(bare ? Body.NONE : response.body());
            }
            return Math.max(0, length);
        }

        @Override
        public boolean hasOutput() {
            return first != null;
        }

        @Override
        public void produce(SendQueue queue) {
            if (first != null && rest != null && connection != null) {
                first.produce(queue, Long.MAX_VALUE);
                if (first.left() == 0) {
                    rest.produce(queue, Long.MAX_VALUE);
                }
                if (first.left() + rest.left() == 0) {
                    first = null;
                    connection.closeWhenSent();
                }
            }
        }

        @Override
        public boolean wantsInput() {
            return !over;
        }

        @Override
        public Standing standing() {
            return Standing.STARTING;
        }

        @Override
        public long inputDeadline() {
            return deadline;
        }

        @Override
        public void closed() {
            connection = null;
        }
    }
}
