package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.TransferStats;
import sluice.server.testing.Await;
import sluice.server.testing.LogWatch;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A log that tells the truth, costs no loop its time, and cannot be written to by clients. */
final class AccessLogTest {
    private static final String STRING =
            "(?:null|\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\]|\\\\u00[0-9a-f]{2})*\")";
    private static final Pattern LINE = Pattern.compile("\\{\"time\":\"[0-9T:.Z-]+\",\"remote\":"
            + STRING + ",\"method\":" + STRING + ",\"target\":" + STRING + ",\"version\":" + STRING
            + ",\"status\":\\d+,\"bytes\":\\d+,\"duration_us\":\\d+"
            + ",\"cpu_us\":(?:null|\\d+\\.\\d),\"referer\":" + STRING
            + ",\"user_agent\":" + STRING + ",\"complete\":(?:true|false),\"path\":" + STRING
            + ",\"model\":" + STRING + ",\"head_bytes\":\\d+,\"kernel_bytes\":\\d+"
            + ",\"user_bytes\":\\d+,\"system_calls\":\\d+,\"cold_parts\":\\d+"
            + ",\"cold_stalls\":\\d+,\"fallbacks\":\\d+,\"fallback_reason\":" + STRING
            + ",\"kernel_copies\":\\d+}");

    /** Takes what it is given when it is let, and never after it is broken. */
    private static final class Sink implements WritableByteChannel {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final CountDownLatch gate = new CountDownLatch(1);
        /** How many more are taken before the disk is full. */
        final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

        @Override
        public int write(ByteBuffer from) throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            byte[] some = new byte[(int) Math.min(from.remaining(), room.get())];
            if (some.length == 0) {
                throw new IOException("full");
            }
            from.get(some);
            room.addAndGet(-some.length);
            bytes.writeBytes(some);
            return some.length;
        }

        List<String> lines() {
            return bytes.toString(US_ASCII).lines().toList();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static ResponseRecord record(String target, @Nullable String agent) {
        return new ResponseRecord(
                Instant.EPOCH,
                Duration.ofMillis(2),
                Duration.ofNanos(5_960),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 9),
                new ResponseRecord.Request("GET", target, "HTTP/1.1", null, agent),
                200,
                true,
                "splice",
                "epoll",
                "why",
                200,
                new TransferStats(5, 6, 7, 8, 9, 1, 10));
    }

    private static void write(int from, int to, AccessLog log) {
        for (int i = from; i < to; i++) {
            log.accept(record("/" + i, null));
        }
    }

    private static Pattern line(String target) {
        return Pattern.compile(".*\"target\":\"" + Pattern.quote(target) + "\".*");
    }

    @Test
    void aLineHasEverythingThatIsKnownOfAResponse() throws IOException {
        Sink sink = new Sink();
        sink.gate.countDown();
        try (AccessLog log = AccessLog.to(sink)) {
            log.accept(record("/a?b", "test/1"));
        }
        assertThat(sink.lines())
                .containsExactly("{\"time\":\"1970-01-01T00:00:00Z\",\"remote\":\"127.0.0.1\","
                        + "\"method\":\"GET\",\"target\":\"/a?b\",\"version\":\"HTTP/1.1\","
                        + "\"status\":200,\"bytes\":11,\"duration_us\":2000,\"cpu_us\":6.0,"
                        + "\"referer\":null,\"user_agent\":\"test/1\",\"complete\":true,"
                        + "\"path\":\"splice\","
                        + "\"model\":\"epoll\",\"head_bytes\":200,\"kernel_bytes\":5,"
                        + "\"user_bytes\":6,\"system_calls\":7,\"cold_parts\":8,"
                        + "\"cold_stalls\":9,\"fallbacks\":1,\"fallback_reason\":\"why\","
                        + "\"kernel_copies\":10}");
    }

    private static List<String> linesOf(AccessLogFormat format, ResponseRecord... responses)
            throws IOException {
        Sink sink = new Sink();
        sink.gate.countDown();
        try (AccessLog log = AccessLog.to(sink, format)) {
            List.of(responses).forEach(log);
        }
        return sink.lines();
    }

    @Test
    void inTheFormatsOfOtherServersALineIsWhatTheirAnalysersRead() throws IOException {
        String common = "127.0.0.1 - - [01/Jan/1970:00:00:00 +0000] \"GET /a?b HTTP/1.1\" 200 11";
        assertThat(linesOf(AccessLogFormat.COMMON, record("/a?b", "test/1")))
                .containsExactly(common);
        assertThat(linesOf(
                        AccessLogFormat.COMBINED,
                        record("/a?b", "test/1"),
                        record("/a?b", "\"\\\n\u00e9")))
                .containsExactly(
                        common + " \"-\" \"test/1\"", common + " \"-\" \"\\\"\\\\\\x0a\\xe9\"");
    }

    @Test
    void inTheFormatsOfOtherServersADashStandsForWhatIsNotThere() throws IOException {
        ResponseRecord empty = new ResponseRecord(
                Instant.EPOCH,
                Duration.ZERO,
                null,
                new InetSocketAddress(InetAddress.ofLiteral("::1"), 9),
                new ResponseRecord.Request(null, null, null, null, null),
                400,
                true,
                "memory",
                "epoll",
                null,
                200,
                new TransferStats(0, 0, 0, 0, 0, 0, 0));
        assertThat(linesOf(AccessLogFormat.COMBINED, empty))
                .containsExactly("::1 - - [01/Jan/1970:00:00:00 +0000] \"-\" 400 - \"-\" \"-\"");
        assertThat(linesOf(AccessLogFormat.JSON, empty))
                .singleElement()
                .asString()
                .contains("\"remote\":\"::1\"", "\"cpu_us\":null");
    }

    @Test
    void inTheFormatsOfOtherServersAWarningTellsOfLostLines() throws Exception {
        Sink sink = new Sink();
        sink.room.set(0);
        sink.gate.countDown();
        try (LogWatch warnings = new LogWatch();
                AccessLog log = AccessLog.to(sink, AccessLogFormat.COMMON)) {
            write(0, 1, log);
            Await.equal("dropped", log::dropped, 1);
            sink.room.set(Long.MAX_VALUE);
            write(1, 2, log);
            Await.until("the second", () -> sink.lines().size() == 1);
            assertThat(warnings.lines())
                    .contains("sluice.server: the access log has lost 1 lines until now");
        }
        assertThat(sink.lines()).singleElement().asString().contains("GET /1 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"}\n{\"time\":\"x\"}",
                "\r\n\t\0\u001b[2J\u007f",
                "\\",
                "\\\"",
                "\u0085\u00e9\u00ff",
                "\u2028\ud83d\ude00"
            })
    void nothingThatAClientWritesEndsAStringOrALine(String forged) throws IOException {
        Sink sink = new Sink();
        sink.gate.countDown();
        try (AccessLog log = AccessLog.to(sink)) {
            log.accept(record(forged, forged));
        }
        assertThat(sink.lines())
                .singleElement()
                .satisfies(line -> assertThat(line.replaceAll("\\\\u[2d][0-9a-f]{3}", "\\\\u0000"))
                        .matches(LINE));
    }

    @Test
    void whatRealClientsSendIsWrittenAsItCame(@TempDir Path root, @TempDir Path logs)
            throws Exception {
        Tree.plant(root);
        Path file = logs.resolve("access.log");
        try (AccessLog log = AccessLog.to(file);
                FileServer server =
                        Setup.PLAIN.serving(root).onResponse(log).build().start();
                RawClient client = RawClient.of(server)) {
            client.get("/hello.txt", "User-Agent: a\", \"status\": 999, \\\t\u00e9");
            client.get("/%0a%22x");
        }
        List<String> lines = Files.readAllLines(file, US_ASCII);
        assertThat(lines).hasSize(2).allMatch(line -> LINE.matcher(line).matches());
        assertThat(lines.getFirst())
                .contains("\"user_agent\":\"a\\\", \\\"status\\\": 999, \\\\\\u0009\\u00e9\"");
        assertThat(lines.getLast()).contains("\"target\":\"/%0a%22x\"", "\"status\":404");
    }

    @Test
    void aWriterThatCannotKeepUpHoldsUpNobodyAndTellsWhatIsMissing() throws Exception {
        Sink sink = new Sink();
        String target = "/" + "x".repeat(8_000);
        int most = 4 * AccessLog.WAITING_BYTES_MAX / target.length();
        long dropped;
        try (AccessLog log = AccessLog.to(sink)) {
            for (int i = 0; i < most; i++) {
                log.accept(record(target, null));
            }
            dropped = log.dropped();
            assertThat(dropped).isBetween(most / 4L, most - 1L);
            sink.gate.countDown();
        }
        long told = 0;
        long written = 0;
        for (String line : sink.lines()) {
            Matcher missing = Pattern.compile(".*\"dropped\":(\\d+)}").matcher(line);
            if (missing.matches()) {
                told += Long.parseLong(missing.group(1));
            } else {
                written++;
            }
        }
        assertThat(told).isEqualTo(dropped);
        assertThat(written).isEqualTo(most - dropped);
    }

    @Test
    void aFullDiskCostsLinesThatAreCountedAndNoLineIsJoinedToAnother() throws Exception {
        Sink sink = new Sink();
        sink.gate.countDown();
        try (LogWatch watch = new LogWatch();
                AccessLog log = AccessLog.to(sink)) {
            log.accept(record("/1", null));
            Await.until("a line", () -> sink.lines().size() == 1);
            sink.room.set(100);
            write(2, 4, log);
            Await.equal("dropped", log::dropped, 2);
            write(4, 5, log);
            Await.equal("dropped", log::dropped, 3);
            sink.room.set(Long.MAX_VALUE);
            log.accept(record("/5", null));
            Await.until("the last", () -> sink.lines().getLast().contains("dropped"));
            assertThat(sink.lines()).hasSize(4);
            assertThat(sink.lines().get(0)).matches(line("/1"));
            assertThat(sink.lines().get(2)).matches(LINE).matches(line("/5"));
            assertThat(sink.lines().get(3)).contains("\"dropped\":3}");
            assertThat(watch.lines())
                    .singleElement()
                    .asString()
                    .contains("cannot write the access log");
        }
    }

    @Test
    void aFileThatIsRenamedIsMadeAnewAndOneThatIsCutIsAppendedTo(@TempDir Path logs)
            throws IOException {
        Path path = logs.resolve("access.log");
        AtomicLong clock = new AtomicLong();
        try (LogFile file = LogFile.open(path, clock::get)) {
            assertThat(file.write("1\n".getBytes(US_ASCII))).isZero();
            Files.move(path, logs.resolve("access.log.1"));
            assertThat(file.write("2\n".getBytes(US_ASCII))).isZero();
            clock.addAndGet(LogFile.LOOK_NANOS);
            assertThat(file.write("3\n".getBytes(US_ASCII))).isZero();
            assertThat(logs.resolve("access.log.1")).hasContent("1\n2\n");
            assertThat(path).hasContent("3\n");
            Files.write(path, new byte[0]);
            clock.addAndGet(LogFile.LOOK_NANOS);
            assertThat(file.write("4\n".getBytes(US_ASCII))).isZero();
            assertThat(path).hasContent("4\n");
        }
    }
}
