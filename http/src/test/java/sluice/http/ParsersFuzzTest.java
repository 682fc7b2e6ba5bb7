package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.lang.foreign.MemorySegment;

/**
 * Any octets get an answer, within bounds, and the same one however they arrive. The build replays
 * the inputs of ParsersFuzzTestInputs. To look for new ones in one target, for a minute:
 *
 * <pre>JAZZER_FUZZ=1 mvn -pl http test -Dtest=ParsersFuzzTest#requestHead -Dtest.jvm.flags=</pre>
 */
class ParsersFuzzTest {
    private static final int LONGEST = 1024;
    private static final long NOW = 1_795_000_000;

    private static String text(byte[] data) {
        return new String(data, 0, Math.min(data.length, LONGEST), ISO_8859_1);
    }

    @FuzzTest(maxDuration = "1m")
    void requestHead(byte[] data) {
        RequestHead head = new RequestHead();
        String text = text(data);
        int length = Heads.parseEveryWay(head, text);
        assertThat(length).isLessThanOrEqualTo(text.length());
        if (length > 0) {
            Verdict ours = Oracles.sluice(text.getBytes(ISO_8859_1));
            Verdict netty = Oracles.netty(text.getBytes(ISO_8859_1));
            assertThat(netty).isEqualTo(ours);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void responseHead(byte[] data) {
        Heads.parseEveryWay(new ResponseHeadParser()::parse, text(data));
    }

    @FuzzTest(maxDuration = "1m")
    void path(byte[] data) {
        RequestTarget target = new RequestTarget();
        String text = text(data);
        int length = target.decode(Heads.segment(text), 0, text.length());
        if (length < 0) {
            assertThat(length).isIn(-400, -404);
            return;
        }
        String path = new String(target.bytes(), 0, length, ISO_8859_1);
        assertThat(path).startsWith("/").doesNotContain("//", "\0");
        assertThat(path.split("/")).doesNotContain(".", "..");
        assertThat(target.hasDotfile()).isEqualTo(path.contains("/."));
        RequestHead head = Heads.with("");
        String location = new String(target.withSlash(head), ISO_8859_1);
        assertThat(location).startsWith("/").endsWith("/").doesNotContain("//", "\r", "\n");
        String withSlash = path.endsWith("/") ? path : path + "/";
        int again = target.decode(Heads.segment(location), 0, location.length());
        assertThat(new String(target.bytes(), 0, again, ISO_8859_1)).isEqualTo(withSlash);
    }

    @FuzzTest(maxDuration = "1m")
    void ranges(byte[] data) {
        ByteRanges ranges = new ByteRanges();
        String text = text(data);
        long size = data.length % 7 * 1000L;
        ByteRanges.Kind kind = ranges.parse(Heads.segment(text), 0, text.length(), size);
        long total = 0;
        for (int i = 0; i < ranges.count(); i++) {
            assertThat(ranges.start(i)).isNotNegative().isLessThan(ranges.end(i));
            assertThat(ranges.end(i)).isLessThanOrEqualTo(size);
            total += ranges.length(i);
        }
        assertThat(total).isLessThanOrEqualTo(size);
        assertThat(ranges.count() > 0).isEqualTo(kind == ByteRanges.Kind.SATISFIABLE);
    }

    @FuzzTest(maxDuration = "1m")
    void date(byte[] data) {
        String text = text(data);
        long time = HttpDate.parse(Heads.segment(text), 0, text.length(), NOW);
        if (time != HttpDate.INVALID) {
            byte[] again = new byte[HttpDate.LENGTH];
            HttpDate.format(time, again, 0);
            assertThat(HttpDate.parse(MemorySegment.ofArray(again), 0, again.length, NOW))
                    .isEqualTo(time);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void negotiation(byte[] data) {
        String value = text(data).replaceAll("[\\x00-\\x08\\x0A-\\x1F\\x7F]", " ");
        RequestHead head = new RequestHead();
        String lines = "Accept-Encoding: %1$s\r\nAccept: %1$s\r\n"
                + "Want-Repr-Digest: %1$s\r\nRepr-Digest: %1$s\r\nIf-None-Match: %1$s\r\n";
        String request = Heads.request("GET", lines.formatted(value));
        assertThat(head.parse(Heads.segment(request), 0, request.length())).isPositive();
        AcceptEncoding accept = new AcceptEncoding();
        accept.parse(head);
        ContentCoding best = accept.best(~0 >>> -ContentCoding.count());
        assertThat(best == null || accept.accepts(best)).isTrue();
        assertThat(Accept.weight(head, "text/html")).isBetween(0, 1000);
        WantDigest.best(head, Field.WANT_REPR_DIGEST);
        PromisedDigests.of(head, Field.REPR_DIGEST).forEach((algorithm, digest) -> {
            String again = PromisedDigests.value(algorithm, digest);
            assertThat(PromisedDigests.of(again)).containsEntry(algorithm, digest);
        });
        byte[] tag = "\"a\"".getBytes(ISO_8859_1);
        assertThat(Conditions.evaluate(head, true, tag, NOW, NOW))
                .isNotEqualTo(Conditions.Outcome.PRECONDITION_FAILED);
    }

    @FuzzTest(maxDuration = "1m")
    void chunkedBody(byte[] data) {
        String text = text(data);
        MemorySegment bytes = Heads.segment(text);
        ChunkedDecoder whole = new ChunkedDecoder();
        int expected = whole.skip(bytes, 0, text.length());
        ChunkedDecoder dripping = new ChunkedDecoder();
        int at = 0;
        int skipped = 0;
        while (at < text.length() && skipped >= 0 && !dripping.isDone()) {
            skipped = dripping.skip(bytes, at, at + 1);
            at++;
        }
        assertThat(skipped < 0 ? skipped : at).isEqualTo(expected);
        assertThat(dripping.isDone()).isEqualTo(whole.isDone());
        if (whole.isDone()) {
            assertThat(BodyOracles.jetty(text)).isEqualTo(BodyOracles.sluice(text));
        }
    }
}
