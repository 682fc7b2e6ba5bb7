package sluice.client;

import sluice.http.BodyLength;
import sluice.http.Method;
import sluice.io.TlsTrust;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * The answer to one request on a connection of its own, as the client saw it. Its body is counted
 * and dropped.
 *
 * @param fields values by lower-case name; values of the same name are joined by commas
 * @param head octets of the head
 * @param body octets of the body, as they came
 * @param headNanos from the request to the whole head
 * @param nanos from the request to the last octet
 */
public record OneAnswer(
        int status, Map<String, String> fields, int head, long body, long headNanos, long nanos) {
    /**
     * Asks with GET, once, and follows no redirect. Blocks until the whole answer is there.
     *
     * @param fields more lines of the head, see {@link RequestFields#line}
     * @param trust which servers of https are who they say
     * @throws IOException if no whole answer comes, or it is malformed
     */
    public static OneAnswer get(HttpUrl url, List<String> fields, TlsTrust trust)
            throws IOException, InterruptedException {
        try (Caller caller = new Caller()) {
            caller.use(new Transfer.Options(fields, 0, trust), url);
            Watch watch = new Watch();
            Ending ending = caller.call(new Request(Method.GET, url, List.of()), watch);
            if (ending.failure() != null) {
                throw ending.failure();
            }
            Response head = ending.head();
            if (head == null) {
                throw new IOException(ending.words());
            }
            if (ending.kind() != Ending.Kind.WHOLE) {
                String all = head.body() == BodyLength.FIXED ? " of " + head.length() : "";
                throw new IOException(
                        "the connection ended after " + watch.octets + all + " bytes");
            }
            return new OneAnswer(
                    head.status(),
                    head.fields(),
                    head.size(),
                    watch.octets,
                    watch.answered - watch.opened,
                    watch.last - watch.opened);
        }
    }

    /** Takes the times; on the loop's thread until the exchange has ended. */
    private static final class Watch implements Exchange.Owner, Sink {
        private long opened;
        private long answered;
        private long last;
        private long octets;

        @Override
        public void opened() {
            opened = System.nanoTime();
        }

        @Override
        public Sink answered(Response head) {
            answered = System.nanoTime();
            last = answered;
            return this;
        }

        @Override
        public void write(MemorySegment bytes, int from, int to) {
            octets += to - from;
            last = System.nanoTime();
        }
    }
}
