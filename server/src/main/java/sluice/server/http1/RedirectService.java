package sluice.server.http1;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import sluice.http.RequestHead;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Service;
import sluice.io.Standing;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Answers every request with a redirect to the same target over https, and closes.
 *
 * @param port where https is
 */
public record RedirectService(IntSupplier port) implements Service {
    private static final Duration HEAD_TIME = Duration.ofSeconds(30);
    private static final int HTTPS = 443;

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        RequestHead head = new RequestHead();
        return () -> new Redirect(loop, head, port.getAsInt());
    }

    private static final class Redirect implements Protocol {
        private final RequestHead head;
        private final int port;
        private final long deadline;
        private @Nullable Connection connection;
        private byte @Nullable [] answer;
        private boolean over;

        Redirect(EventLoop loop, RequestHead head, int port) {
            this.head = head;
            this.port = port;
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
                answer = length < 0 ? head(-length, "") : redirect();
                over = true;
            }
            return Math.max(0, length);
        }

        private byte[] redirect() {
            if (head.hostFrom() < 0 || head.pathFrom() < 0 || head.hostFrom() == head.hostTo()) {
                return head(Status.BAD_REQUEST, "");
            }
            String host = text(head.hostFrom(), head.hostTo()).replaceFirst(":[0-9]*$", "");
            String path = text(head.pathFrom(), head.pathTo());
            String query = head.hasQuery() ? "?" + text(head.queryFrom(), head.queryTo()) : "";
            String target = "https://" + host + (port == HTTPS ? "" : ":" + port)
                    + (path.isEmpty() ? "/" : path) + query;
            return head(Status.PERMANENT_REDIRECT, "Location: " + target + "\r\n");
        }

        private String text(int from, int to) {
            MemorySegment octets = head.bytes().asSlice(from, to - from);
            return new String(octets.toArray(JAVA_BYTE), US_ASCII);
        }

        private static byte[] head(int status, String line) {
            String fields = line + "Content-Length: 0\r\nConnection: close\r\n\r\n";
            return (new String(Status.line(status), US_ASCII) + fields).getBytes(US_ASCII);
        }

        @Override
        public boolean hasOutput() {
            return answer != null;
        }

        @Override
        public void produce(SendQueue queue) {
            if (answer != null && connection != null) {
                int at = queue.position();
                MemorySegment.copy(
                        answer, 0, queue.block().segment(), JAVA_BYTE, at, answer.length);
                queue.wrote(answer.length);
                answer = null;
                connection.closeWhenSent();
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
