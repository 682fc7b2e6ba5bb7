package sluice.server.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.Method;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.testing.Rehearsal;
import sluice.linux.Linux;
import sluice.server.FileServer;
import sluice.server.ResponseRecord;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.Uploads;
import sluice.server.ZeroCopyAssertions;
import sluice.server.http1.Http1Protocol;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Whoever listens is told of each response, and which way it took. */
final class ResponseRecordTest {
    private static final ResponseRecord.Request UNREAD =
            new ResponseRecord.Request(null, null, null, null, null);

    private static final int DOWNLOADS = 20;

    private static final int PATIENCE_SECONDS = 30;

    private final BlockingQueue<ResponseRecord> told = new LinkedBlockingQueue<>();
    private Path root;

    @BeforeEach
    void plant(@TempDir Path folder) throws IOException {
        root = folder;
        Tree.plant(root);
    }

    private ResponseRecord next() throws InterruptedException {
        return Objects.requireNonNull(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "nothing");
    }

    private static void expect(ResponseRecord record, String target, int status, long body) {
        assertThat(record.request().target()).isEqualTo(target);
        assertThat(record.status()).isEqualTo(status);
        assertThat(record.bodyBytes()).as("body of " + record).isEqualTo(body);
        assertThat(record.complete()).as("whole: " + record).isTrue();
        assertThat(record.headBytes()).isBetween(50L, 500L);
        assertThat(record.stats().fallbacks()).isZero();
        assertThat(record.duration()).isPositive();
        assertThat(record.remote()).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#all")
    void everyPathOfEveryModelTellsOfItself(Setup setup) throws Exception {
        try (FileServer server =
                        setup.serving(root).onResponse(told::add).build().start();
                RawClient client = RawClient.of(server)) {
            client.get("/large.bin", "Referer: http://a/", "User-Agent: test/1");
            ResponseRecord large = next();
            expect(large, "/large.bin", 200, Tree.LARGE.length);
            boolean copies = setup.cell().effectiveCopy().copies();
            assertThat(large.copyPath()).isEqualTo(setup.cell().effectiveCopy().label());
            assertThat(large.model()).isEqualTo(setup.cell().model().label());
            if (movesTheBytes(setup)) {
                assertThat(large.cpu()).isPositive();
            } else {
                assertThat(large.cpu()).isNull();
            }
            assertThat(large.stats().userBytes()).isEqualTo(copies ? Tree.LARGE.length : 0);
            assertThat(large.stats().systemCalls()).isPositive();
            assertThat(large.remote())
                    .satisfies(remote -> assertThat(remote.getAddress())
                            .isEqualTo(InetAddress.getLoopbackAddress()));
            assertThat(large.request())
                    .isEqualTo(new ResponseRecord.Request(
                            "GET", "/large.bin", "HTTP/1.1", "http://a/", "test/1"));

            client.get("/hello.txt?x=1");
            ResponseRecord small = next();
            expect(small, "/hello.txt?x=1", 200, Tree.HELLO.length());
            boolean fromMemory = setup.cell().copy() == CopyMode.AUTO;
            assertThat(small.copyPath().equals("memory")).isEqualTo(fromMemory);
            client.send(request("HEAD", "/medium.bin")).read(Method.HEAD);
            expect(next(), "/medium.bin", 200, 0);
            client.get("/nothing");
            expect(next(), "/nothing", 404, "404 Not Found\n".length());
            int parts = client.get("/medium.bin", "Range: bytes=0-9,500-50499").body().length;
            expect(next(), "/medium.bin", 206, parts);
        }
    }

    /** Whether the CPU time of the loop's thread is that of its answers. */
    private static boolean movesTheBytes(Setup setup) {
        return Linux.available()
                && setup.reactor() != Reactor.WORKERS
                && switch (setup.cell().model()) {
                    case ASYNC_CHANNEL, POSIX_AIO, VIRTUAL -> false;
                    default -> true;
                };
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#all")
    void theHeadSaysOfEachResponseWhatItsRecordSays(Setup setup) throws Exception {
        Files.createDirectory(root.resolve("listed"));
        // Too large for memory, and small enough for auto to copy.
        Files.write(root.resolve("copied.bin"), Tree.random(CopyMode.COPIED_MAX));
        Sluice.Builder explained = setup.serving(root)
                .files(ServedFiles.in(root).withExplain(true))
                .onResponse(told::add);
        try (FileServer server = setup.start(explained);
                RawClient client = RawClient.of(server)) {
            String tag = client.get("/large.bin").field("ETag");
            next();
            expectSame(client, "/large.bin", 200);
            expectSame(client, "/hello.txt", 200);
            expectSame(client, "/copied.bin", 200);
            expectSame(client, "/large.bin", 206, "Range: bytes=1-70000");
            expectSame(client, "/medium.bin", 206, "Range: bytes=0-9,500-50499");
            expectSame(client, "/large.bin", 304, "If-None-Match: " + tag);
            expectSame(client, "/large.bin", 412, "If-Match: \"other\"");
            expectSame(client, "/large.bin", 416, "Range: bytes=99999999-");
            expectSame(client, "/nothing", 404);
            expectSame(client, "/listed", 301);
            expectSame(client, "/listed/", 200);
        }
    }

    /** The head of HEAD says it of GET's body, and no byte of that is in the record. */
    private void expectSame(RawClient client, String target, int status, String... fields)
            throws Exception {
        ReceivedResponse got = client.send(request("GET", target, fields)).read(Method.GET);
        ResponseRecord record = next();
        assertThat(got.status()).isEqualTo(status);
        String line = got.field("Sluice-Path");
        assertThat(line)
                .as(target + " " + record)
                .startsWith("copy=" + record.copyPath() + ", model=" + record.model() + ", ")
                .endsWith(", kernel=" + record.stats().kernelBytes() + ", user="
                        + record.stats().userBytes());
        assertThat(got.field("Server-Timing"))
                .matches("lookup;dur=\\d+\\.\\d{3};desc=\"(by a worker|in the loop)\", copy;desc=\""
                        + record.copyPath() + "\"");
        assertThat(record.bodyBytes()).isEqualTo(got.body().length);

        ReceivedResponse head = client.send(request("HEAD", target, fields)).read(Method.HEAD);
        ResponseRecord ofHead = next();
        if (head.status() == status) {
            assertThat(head.field("Sluice-Path")).isEqualTo(line);
            assertThat(ofHead.copyPath()).isEqualTo(record.copyPath());
        }
        assertThat(ofHead.bodyBytes()).isZero();
    }

    /** As far as it has said so by then: of the last pieces, or of all of a file, it has not. */
    @ParameterizedTest
    @EnumSource(
            value = Model.class,
            names = {"EPOLL", "IO_URING", "BLOCKING"})
    void zeroCopySendsTellOfTheCopiesThatTheKernelMade(Model model) throws Exception {
        Setup setup = new Setup(new Cell(model, CopyMode.ZEROCOPY), Reactor.SINGLE);
        String refusal = setup.cell().refusal();
        assumeTrue(refusal == null, refusal);
        byte[] content = Tree.random(5_000_000);
        Files.write(root.resolve("huge.bin"), content);
        try (FileServer server =
                        setup.serving(root).onResponse(told::add).build().start();
                RawClient client = RawClient.of(server)) {
            long copies = 0;
            for (int i = 0; i < DOWNLOADS && copies == 0; i++) {
                assertThat(client.get("/huge.bin").body()).isEqualTo(content);
                copies = next().stats().kernelCopies();
            }
            assertThat(copies).isBetween(1L, server.count(Counter.ZEROCOPY_SENDS));
        }
    }

    @Test
    void whatOneCallSendsIsToldForEachAnswerAlone() throws Exception {
        Sluice sluice = Setup.PLAIN.serving(root).onResponse(told::add).build();
        try (FileServer server = sluice.start();
                RawClient client = RawClient.of(server)) {
            client.get("/hello.txt");
            long alone = next().headBytes();
            String small = request("GET", "/hello.txt");
            client.send(small + small + request("GET", "/medium.bin") + small);
            for (int i = 0; i < 4; i++) {
                int body = client.read().body().length;
                ResponseRecord record = next();
                assertThat(record.bodyBytes()).isEqualTo(body);
                if (i != 2) {
                    assertThat(record.headBytes()).isEqualTo(alone);
                    assertThat(record.stats().userBytes()).isEqualTo(Tree.HELLO.length());
                }
            }
        }
    }

    @Test
    void whatIsNoRequestIsToldOf() throws Exception {
        Sluice sluice = Setup.PLAIN.serving(root).onResponse(told::add).build();
        try (FileServer server = sluice.start();
                RawClient client = RawClient.of(server)) {
            client.send("\"}\r\n\r\n").read();
            ResponseRecord record = next();
            assertThat(record.status()).isEqualTo(400);
            assertThat(record.request()).isEqualTo(UNREAD);
        }
    }

    @Test
    void oneThatIsTornIsNotCalledComplete() throws Exception {
        Sluice sluice = Setup.PLAIN.serving(root).onResponse(told::add).build();
        int size = 12 << 20;
        Files.write(root.resolve("huge.bin"), new byte[size]);
        try (FileServer server = sluice.start()) {
            try (RawClient client = RawClient.slow(server)) {
                client.send(request("GET", "/huge.bin")).reader().readHead();
                client.reset();
            }
            ResponseRecord record = next();
            assertThat(record.complete()).isFalse();
            assertThat(record.bodyBytes()).isBetween(1L, size - 1L);
            assertThatThrownBy(() -> ZeroCopyAssertions.assertZeroCopy(record))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("incomplete");
        }
    }

    @Test
    void anUploadTellsOfItsAnswerAndCountsWhatCameBeforeAsHead() throws Exception {
        Sluice sluice = Setup.PLAIN
                .serving(root)
                .uploads(Uploads.defaults())
                .onResponse(told::add)
                .build();
        try (FileServer server = sluice.start();
                RawClient client = RawClient.of(server)) {
            client.send(request("PUT", "/new", "Content-Length: 3", "Expect: 100-continue"));
            assertThat(client.reader().readHead().status()).isEqualTo(100);
            assertThat(client.send("abc").read().status()).isEqualTo(201);
            ResponseRecord record = next();
            expect(record, "/new", 201, record.stats().userBytes());
            assertThat(record.request().method()).isEqualTo("PUT");
        }
    }

    @Test
    void aFirstHeadThatNeverEndsIsToldOf() throws Exception {
        try (Rehearsed site = Rehearsed.of(Sluice.builder().root(root).onResponse(told::add));
                Rehearsal connection = site.connect()) {
            connection.receive("GET /hello.txt".getBytes(StandardCharsets.US_ASCII));
            connection.pass(Duration.ofNanos(Http1Protocol.MESSAGE_NANOS).plusSeconds(1));
            assertThat(connection.hasEnded()).isTrue();
        }
        assertThat(told).singleElement().satisfies(record -> {
            assertThat(record.status()).isEqualTo(408);
            assertThat(record.request()).isEqualTo(UNREAD);
            assertThat(record.complete()).isTrue();
        });
    }

    @Test
    void theLargestThatMayBeInMemoryIsSentFromThereWhateverIsAskedOfIt() throws Exception {
        byte[] content = Tree.random(ServedFiles.MEMORY_UP_TO_MAX);
        Files.write(root.resolve("most.bin"), content);
        Files.write(root.resolve("more.bin"), new byte[content.length + 1]);
        Sluice sluice = Setup.PLAIN
                .serving(root)
                .files(ServedFiles.in(root).withMemoryUpTo(content.length).withExplain(true))
                .onResponse(told::add)
                .build();
        try (FileServer server = sluice.start();
                RawClient client = RawClient.of(server)) {
            String ask = request("GET", "/most.bin", "Want-Repr-Digest: sha-512=9");
            client.send(ask + request("GET", "/hello.txt") + ask);
            assertThat(client.read().body()).isEqualTo(content);
            assertThat(client.read().text()).isEqualTo(Tree.HELLO);
            assertThat(client.read().body()).isEqualTo(content);
            client.get("/most.bin", "Range: bytes=0-0,1-");
            for (int i = 0; i < 4; i++) {
                assertThat(next().copyPath()).isEqualTo("memory");
            }
            client.get("/more.bin");
            assertThat(next().copyPath()).isNotEqualTo("memory");
        }
    }

    @Test
    void aListenerThatFailsHarmsNobody() throws Exception {
        Sluice sluice = Setup.PLAIN
                .serving(root)
                .onResponse(_ -> {
                    throw new IllegalStateException("on purpose");
                })
                .onResponse(told::add)
                .build();
        try (FileServer server = sluice.start();
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/hello.txt").text()).isEqualTo(Tree.HELLO);
            assertThat(client.get("/hello.txt").text()).isEqualTo(Tree.HELLO);
            expect(next(), "/hello.txt", 200, Tree.HELLO.length());
            assertThat(server.count(Counter.FAILED)).isZero();
        }
    }

    @Test
    void zeroCopyCanBeDemandedOfOneResponse() throws Exception {
        Setup setup = new Setup(new sluice.io.Cell(Model.best(), CopyMode.AUTO), Reactor.SINGLE);
        try (FileServer server =
                        setup.serving(root).onResponse(told::add).build().start();
                RawClient client = RawClient.of(server)) {
            client.get("/large.bin");
            ZeroCopyAssertions.assertZeroCopy(next());
            client.get("/hello.txt");
            ResponseRecord copied = next();
            assertThatThrownBy(() -> ZeroCopyAssertions.assertZeroCopy(copied))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("13 of 13 bytes")
                    .hasMessageContaining("memory");
        }
    }

    @Test
    void aRecordingThatBeginsLateTellsOfConnectionsThatAreOpen() throws Exception {
        try (FileServer server = Setup.PLAIN.serving(root).build().start();
                RawClient client = RawClient.of(server);
                Recording recording = new Recording()) {
            client.get("/hello.txt");
            recording.enable("sluice.ResponseSent").withoutThreshold();
            recording.start();
            client.get("/large.bin");
            client.get("/nothing");
            client.get("/hello.txt");
            Path saved = root.resolve("saved.jfr");
            recording.dump(saved);
            List<RecordedEvent> events = RecordingFile.readAllEvents(saved).stream()
                    .filter(event -> event.getEventType().getName().equals("sluice.ResponseSent"))
                    .toList();
            assertThat(events).hasSizeGreaterThanOrEqualTo(2);
            assertThat(events.getFirst()).satisfies(event -> {
                assertThat(event.getString("target")).isEqualTo("/large.bin");
                assertThat(event.getInt("status")).isEqualTo(200);
                assertThat(event.getLong("kernelBytes") + event.getLong("userBytes"))
                        .isEqualTo(Tree.LARGE.length);
                assertThat(event.getBoolean("complete")).isTrue();
                assertThat(event.getString("remote")).isEqualTo("127.0.0.1");
            });
        }
    }
}
